import math

import pytest
import torch
from solution import focal_loss


def by_hand(logits, targets, gamma, weights=None):
    total = 0.0
    for row, target in zip(logits.double().tolist(), targets.tolist(), strict=True):
        top = max(row)
        exps = [math.exp(value - top) for value in row]
        p = exps[target] / sum(exps)
        total += -(1.0 if weights is None else weights[target]) * (1 - p) ** gamma * math.log(p)
    return total / len(targets)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("weights", [None, [0.2, 1.0, 3.0, 0.5]])
def test_matches_the_formula(gamma, weights):
    generator = torch.Generator().manual_seed(7)
    logits = torch.randn(9, 4, generator=generator) * 3
    targets = torch.randint(0, 4, (9,), generator=generator)
    got = focal_loss(logits, targets, gamma, None if weights is None else torch.tensor(weights))
    assert got.shape == ()
    assert got.item() == pytest.approx(by_hand(logits, targets, gamma, weights), rel=1e-4)


def test_default_gamma_is_two():
    logits, targets = torch.tensor([[1.0, -0.5, 0.3]]), torch.tensor([2])
    assert focal_loss(logits, targets).item() == pytest.approx(by_hand(logits, targets, 2.0), rel=1e-5)


def test_keeps_the_dtype():
    logits = torch.tensor([[0.3, -1.2], [2.0, 0.1]], dtype=torch.float64)
    assert focal_loss(logits, torch.tensor([0, 1])).dtype == torch.float64


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_extreme_logits_stay_finite(gamma):
    logits = torch.tensor([[1e4, -1e4], [1e4, -1e4]], requires_grad=True)
    loss = focal_loss(logits, torch.tensor([0, 1]), gamma)
    assert loss.item() == pytest.approx(1e4, rel=1e-4)
    (gradient,) = torch.autograd.grad(loss, logits)
    assert torch.isfinite(gradient).all()


def test_gradient_matches_finite_differences():
    logits = torch.tensor([[0.5, -0.2, 0.1], [1.5, 0.3, -0.7]], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([1, 0])
    (gradient,) = torch.autograd.grad(focal_loss(logits, targets, 2.0), logits)
    step = 1e-6
    for i in range(2):
        for j in range(3):
            bumped = logits.detach().clone()
            bumped[i, j] += step
            lowered = logits.detach().clone()
            lowered[i, j] -= step
            slope = (by_hand(bumped, targets, 2.0) - by_hand(lowered, targets, 2.0)) / (2 * step)
            assert gradient[i, j].item() == pytest.approx(slope, rel=1e-4, abs=1e-8)


def test_negative_gamma_is_refused():
    with pytest.raises(ValueError):
        focal_loss(torch.zeros(1, 2), torch.tensor([0]), -0.1)


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4)])
def test_wrong_rank_is_refused(shape):
    with pytest.raises(ValueError):
        focal_loss(torch.zeros(shape), torch.zeros(shape[0], dtype=torch.int64))
