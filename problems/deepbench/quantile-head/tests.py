import math

import pytest
import torch
from solution import QuantileHead, pinball_loss


def loss_by_hand(predictions, targets, quantiles):
    total, known = 0.0, 0
    for row, y in zip(predictions.tolist(), targets.tolist(), strict=True):
        if math.isnan(y):
            continue
        known += 1
        total += sum(q * (y - p) if y >= p else (1 - q) * (p - y) for p, q in zip(row, quantiles, strict=True))
    return total / (known * len(quantiles))


def random_case(n, quantiles, seed=0, missing=()):
    generator = torch.Generator().manual_seed(seed)
    predictions = torch.randn(n, len(quantiles), generator=generator, dtype=torch.float64)
    targets = torch.randn(n, generator=generator, dtype=torch.float64)
    targets[list(missing)] = math.nan
    return predictions, targets


@pytest.mark.parametrize("quantiles", [[0.5], [0.05, 0.3, 0.5, 0.99]])
def test_head_adds_up_softplus(quantiles):
    head = QuantileHead(3, quantiles)
    state = {name: value.double() for name, value in head.state_dict().items()}
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "linear.weight": (len(quantiles), 3),
        "linear.bias": (len(quantiles),),
    }
    x = 5 * torch.randn(5, 3, generator=torch.Generator().manual_seed(1))
    got = head(x)
    assert got.shape == (5, len(quantiles))
    for i in range(5):
        want = 0.0
        for k in range(len(quantiles)):
            raw = (state["linear.weight"][k] * x[i].double()).sum().item() + state["linear.bias"][k].item()
            want += raw if k == 0 else math.log1p(math.exp(raw))
            assert got[i, k].item() == pytest.approx(want, rel=1e-4, abs=1e-5)


def test_head_is_stable_for_large_numbers():
    head = QuantileHead(1, [0.2, 0.8])
    head.load_state_dict({"linear.weight": torch.tensor([[-1.0], [1.0]]), "linear.bias": torch.zeros(2)})
    assert head(torch.tensor([[1000.0], [-1000.0]])).tolist() == [[-1000.0, 0.0], [1000.0, 1000.0]]


def test_head_and_loss_train_together():
    head = QuantileHead(2, [0.25, 0.75])
    x = torch.randn(8, 2, generator=torch.Generator().manual_seed(2))
    pinball_loss(head(x), torch.linspace(-3, 3, 8), [0.25, 0.75]).backward()
    for parameter in head.parameters():
        assert torch.isfinite(parameter.grad).all()
        assert parameter.grad.abs().max().item() > 0


def test_head_refuses_impossible_quantiles():
    for quantiles in ([], [0.0, 0.5], [0.5, 1.0], [0.5, 0.5], [0.9, 0.1], [-0.1], [1.5], [0.1, 0.6, 0.4]):
        with pytest.raises(ValueError):
            QuantileHead(2, quantiles)


@pytest.mark.parametrize(
    "quantiles, n, missing",
    [
        ([0.5], 1, []),
        ([0.5], 7, [0, 3, 4]),
        ([0.125, 0.875], 4, [1, 2, 3]),
        ([0.0625, 0.25, 0.5, 0.96875], 7, []),
    ],
)
def test_loss_matches_the_formula(quantiles, n, missing):
    predictions, targets = random_case(n, quantiles, seed=n, missing=missing)
    loss = pinball_loss(predictions, targets, quantiles)
    assert loss.shape == ()
    assert loss.dtype == torch.float64
    assert loss.item() == pytest.approx(loss_by_hand(predictions, targets, quantiles), rel=1e-10)


def test_loss_worked_out_by_hand():
    predictions, targets = torch.tensor([[1.0, 2.0], [4.0, 4.0]]), torch.tensor([2.0, 3.0])
    # 0.1 * 1, 0; 0.9 * 1, 0.2 * 1
    assert pinball_loss(predictions, targets, [0.1, 0.8]).item() == pytest.approx(1.2 / 4, rel=1e-6)


def test_gradient_is_the_quantile_over_or_under():
    quantiles = [0.1, 0.5, 0.8]
    predictions, targets = random_case(6, quantiles, seed=5, missing=[1, 4])
    predictions.requires_grad_()
    (gradient,) = torch.autograd.grad(pinball_loss(predictions, targets, quantiles), predictions)
    for i in range(6):
        for k, q in enumerate(quantiles):
            want = 0.0 if i in (1, 4) else (-q if targets[i] > predictions[i, k] else 1 - q) / 12
            assert gradient[i, k].item() == pytest.approx(want, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("n", [0, 3])
def test_no_known_target_gives_zero(n):
    predictions = torch.ones(n, 2, requires_grad=True)
    loss = pinball_loss(predictions, torch.full((n,), math.nan), [0.1, 0.9])
    assert loss.shape == ()
    assert loss.item() == 0.0
    (gradient,) = torch.autograd.grad(loss, predictions)
    assert torch.equal(gradient, torch.zeros(n, 2))


def test_shapes_that_do_not_fit_are_refused():
    for predictions, targets in [
        ((3, 2), (3, 1)),
        ((3, 2), (2,)),
        ((3, 1), (3,)),
        ((3,), (3,)),
        ((1, 2), (3,)),
        ((3, 3), (3,)),
        ((3, 4, 2), (3, 4)),
    ]:
        with pytest.raises(ValueError):
            pinball_loss(torch.zeros(predictions), torch.zeros(targets), [0.1, 0.9])
