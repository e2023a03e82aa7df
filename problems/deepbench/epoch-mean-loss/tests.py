import pytest
import torch
from solution import train_epoch
from torch import nn


def make_batches(sizes, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [
        (
            torch.randn(n, 3, generator=generator, dtype=torch.float64),
            torch.randn(n, generator=generator, dtype=torch.float64),
        )
        for n in sizes
    ]


def make_model(seed=0):
    model = nn.Linear(3, 1).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return model


def simulated(weight, bias, batches, lr):
    """Gradients of a linear model by hand."""
    squares = []
    for features, targets in batches:
        error = features @ weight + bias - targets
        squares += (error**2).tolist()
        weight = weight - lr * 2 * (features * error[:, None]).mean(dim=0)
        bias = bias - lr * 2 * error.mean()
    return weight, bias, sum(squares) / len(squares)


@pytest.mark.parametrize(("sizes", "lr"), [([4, 4], 0.1), ([8, 8, 1], 0.05), ([1], 0.3), ([2, 5, 3, 1], 0.02)])
def test_matches_gradients_by_hand(sizes, lr):
    batches, model = make_batches(sizes), make_model(len(sizes))
    weight, bias, want = simulated(model.weight.detach()[0].clone(), model.bias.detach()[0].clone(), batches, lr)
    trained, loss = train_epoch(model, batches, lr)
    assert isinstance(loss, float)
    assert loss == pytest.approx(want, rel=1e-9)
    assert trained.weight[0].tolist() == pytest.approx(weight.tolist(), rel=1e-9)
    assert trained.bias.item() == pytest.approx(bias.item(), rel=1e-9)


def test_every_example_counts_the_same():
    model = nn.Linear(1, 1, bias=False).double()
    with torch.no_grad():
        model.weight.zero_()
    one = torch.ones(1, 1, dtype=torch.float64)
    batches = [(torch.zeros(3, 1, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)), (one, 2 * one[0])]
    # Three examples without loss, one with 4.
    assert train_epoch(model, batches, 0.0)[1] == pytest.approx(1.0)


def test_it_trains_in_training_mode_and_in_place():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1)).double().eval()
    trained, _ = train_epoch(model, make_batches([4, 4]), 0.1)
    assert trained[0].num_batches_tracked.item() == 2
    assert torch.equal(model[1].weight, trained[1].weight)
    assert model[0].num_batches_tracked.item() == 2


def test_old_gradients_do_not_matter():
    batches = make_batches([4])
    fresh, used = make_model(3), make_model(3)
    used(batches[0][0]).sum().backward()
    assert torch.equal(train_epoch(fresh, batches, 0.1)[0].weight, train_epoch(used, batches, 0.1)[0].weight)
