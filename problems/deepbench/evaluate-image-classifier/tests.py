import copy

import pytest
import torch
from solution import evaluate
from torch import nn


def network(seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(16, 3)
    )
    model[1].running_mean += 0.3
    return model


NETWORK = network()


def data(sizes, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 1, 4, 4, generator=generator), torch.randint(0, 3, (n,), generator=generator)) for n in sizes
    ]


def by_hand(model, batches):
    model = copy.deepcopy(model).double().eval()
    images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    logits = model(images.double()).detach()
    losses = [float(torch.logsumexp(row, 0) - row[label]) for row, label in zip(logits, labels.tolist(), strict=True)]
    right = [row.index(max(row)) == label for row, label in zip(logits.tolist(), labels.tolist(), strict=True)]
    return {"loss": sum(losses) / len(losses), "accuracy": sum(right) / len(right)}


@pytest.mark.parametrize("sizes", [[1], [4, 4, 2], [1, 9]])
def test_every_image_weighs_the_same(sizes):
    batches = data(sizes)
    got = evaluate(NETWORK, batches)
    assert isinstance(got["loss"], float)
    assert isinstance(got["accuracy"], float)
    assert got == pytest.approx(by_hand(NETWORK, batches), rel=1e-5)


def test_by_hand():
    model = nn.Sequential(nn.Flatten(), nn.Linear(1, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[0.0], [1.0]]))
        model[1].bias.zero_()
    # Logits (0, x): probabilities of class 1 are 1/5, 3/4, 3/4.
    odds = torch.tensor([0.25, 3.0, 3.0]).log().reshape(3, 1, 1, 1)
    batches = [(odds[:2], torch.tensor([0, 1])), (odds[2:], torch.tensor([0]))]
    got = evaluate(model, batches)
    want = -torch.tensor([0.8, 0.75, 0.25], dtype=torch.float64).log().mean().item()
    assert got == pytest.approx({"loss": want, "accuracy": 2 / 3}, rel=1e-5)


def test_running_statistics_and_weights_stay():
    before = copy.deepcopy(NETWORK.state_dict())
    evaluate(NETWORK, data([4, 2]))
    assert all(torch.equal(v, before[k]) for k, v in NETWORK.state_dict().items())
    assert all(p.grad is None for p in NETWORK.parameters())


def test_every_module_returns_to_its_mode():
    model, batches = network(), data([3, 1])
    want = pytest.approx(by_hand(model, batches), rel=1e-5)
    for modes in [
        [True] * 7,
        [False] * 7,
        [True, True, False, True, True, True, True],  # a frozen layer inside a model in training mode
        [False, False, False, False, False, True, False],  # dropout left on inside a model in evaluation mode
    ]:
        for module, mode in zip(model.modules(), modes, strict=True):
            module.training = mode
        assert evaluate(model, batches) == want
        assert [module.training for module in model.modules()] == modes


def test_large_logits():
    model = nn.Flatten()
    got = evaluate(model, [(torch.tensor([[[[1e4, -1e4]]]]), torch.tensor([1]))])
    assert got == pytest.approx({"loss": 2e4, "accuracy": 0.0})
