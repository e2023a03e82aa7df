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


def data(sizes, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(n, 1, 4, 4, generator=generator), torch.randint(0, 3, (n,), generator=generator)) for n in sizes
    ]


def by_hand(model, batches):
    model = copy.deepcopy(model).double().eval()
    losses, right = [], []
    for images, labels in batches:
        for image, label in zip(images, labels.tolist(), strict=True):
            logits = model(image[None].double())[0].detach()
            losses.append(float(torch.logsumexp(logits, 0) - logits[label]))
            right.append(logits.tolist().index(max(logits.tolist())) == label)
    return {"loss": sum(losses) / len(losses), "accuracy": sum(right) / len(right)}


@pytest.mark.parametrize("sizes", [[1], [8, 8, 3], [1, 20], [5, 1, 1]])
def test_every_image_weighs_the_same(sizes):
    model, batches = network(), data(sizes)
    got = evaluate(model, batches)
    assert isinstance(got["loss"], float)
    assert isinstance(got["accuracy"], float)
    assert got == pytest.approx(by_hand(model, batches), rel=1e-5)


def test_by_hand():
    model = nn.Sequential(nn.Flatten(), nn.Linear(1, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[0.0], [1.0]]))
        model[1].bias.zero_()
    # Logits (0, x): probabilities of class 1 are 1/2, 3/4, 3/4.
    odds = torch.tensor([1.0, 3.0, 3.0]).log().reshape(3, 1, 1, 1)
    batches = [(odds[:2], torch.tensor([0, 1])), (odds[2:], torch.tensor([0]))]
    got = evaluate(model, batches)
    want = -torch.tensor([0.5, 0.75, 0.25], dtype=torch.float64).log().mean().item()
    assert got == pytest.approx({"loss": want, "accuracy": 2 / 3}, rel=1e-5)


def test_running_statistics_and_weights_stay():
    model = network()
    before = copy.deepcopy(model.state_dict())
    evaluate(model, data([4, 2]))
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("mode", [True, False])
def test_mode_is_restored(mode):
    model = network().train(mode)
    evaluate(model, data([2]))
    assert [m.training for m in model.modules()] == [mode] * 7


def test_a_frozen_layer_stays_in_its_mode():
    model = network()
    model[1].eval()
    evaluate(model, data([2]))
    assert [m.training for m in model] == [True, False, True, True, True, True]
    assert model.training


def test_a_layer_in_training_mode_inside_a_model_in_evaluation_mode():
    model = network().eval()
    model[4].train()
    batches = data([3, 1])
    assert evaluate(model, batches) == pytest.approx(by_hand(model, batches), rel=1e-5)
    assert [m.training for m in model] == [False, False, False, False, True, False]


def test_large_logits():
    model = nn.Flatten()
    got = evaluate(model, [(torch.tensor([[[[1e4, -1e4]]]]), torch.tensor([1]))])
    assert got == pytest.approx({"loss": 2e4, "accuracy": 0.0})
