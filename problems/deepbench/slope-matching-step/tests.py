import math

import pytest
import torch
from solution import slope_matching_step
from torch import nn


def make_case(seed, n, dim=2, hidden=3):
    generator = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(dim, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    x, slopes = torch.randn(2, n, dim, generator=generator, dtype=torch.float64)
    return model, x, torch.randn(n, generator=generator, dtype=torch.float64), slopes


def losses_by_hand(state, x, values, slopes):
    """tanh has the slope 1 - tanh squared: the slopes of the network in closed form."""
    w1, b1, w2, b2 = state
    h = torch.tanh(x @ w1.T + b1)
    errors = h @ w2[0] + b2 - values
    slope_errors = torch.einsum("nh,hd->nd", w2[0] * (1 - h * h), w1) - slopes
    return (errors**2).sum() / len(x), (slope_errors**2).sum() / len(x)


def by_hand(model, x, values, slopes, lr, weight):
    state = [p.detach().clone().requires_grad_() for p in model.parameters()]
    value_loss, slope_loss = losses_by_hand(state, x, values, slopes)
    gradients = torch.autograd.grad(value_loss + weight * slope_loss, state)
    return [p.detach() - lr * g for p, g in zip(state, gradients, strict=True)], value_loss.item(), slope_loss.item()


def agree(got, want):
    trained, value_loss, slope_loss = got
    assert isinstance(value_loss, float)
    assert isinstance(slope_loss, float)
    assert value_loss == pytest.approx(want[1], rel=1e-9)
    assert slope_loss == pytest.approx(want[2], rel=1e-9)
    for p, q in zip(trained.parameters(), want[0], strict=True):
        assert p.requires_grad
        assert torch.allclose(p, q, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("n", "dim", "weights"), [(1, 1, [2.0]), (5, 2, [0.0]), (4, 3, [])])
def test_matches_slopes_in_closed_form_and_changes_nothing_given(n, dim, weights):
    model, x, _, _ = case = make_case(n, n, dim)
    model[0].bias.grad = torch.full_like(model[0].bias, 5.0)
    want = by_hand(*case, 0.1, *(weights or [1.0]))
    before = [tensor.detach().clone() for tensor in (*model.parameters(), x)]
    agree(slope_matching_step(*case, 0.1, *weights), want)
    assert all(torch.equal(a, b) for a, b in zip((*model.parameters(), x), before, strict=True))
    assert torch.equal(model[0].bias.grad, torch.full_like(model[0].bias, 5.0))
    assert model[2].weight.grad is None


def test_by_hand():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Softplus())
    with torch.no_grad():
        model[0].weight.fill_(2.0)
    x = torch.zeros(1, 1)
    trained, value_loss, slope_loss = slope_matching_step(
        model, x, torch.tensor([math.log(2.0)]), torch.tensor([[0.0]]), 0.5
    )
    # softplus(2x) at 0 is log 2 and its slope is 2 * sigmoid(0) = w / 2, so the loss w² / 4 has the gradient w / 2 = 1.
    assert value_loss == pytest.approx(0.0, abs=1e-12)
    assert slope_loss == pytest.approx(1.0)
    assert trained[0].weight.item() == pytest.approx(1.5)


def test_steps_lower_both_losses():
    model, x, _, _ = make_case(7, 6)
    values, slopes = x.sum(dim=1), torch.ones_like(x)
    losses = []
    for _ in range(3):
        model, *both = slope_matching_step(model, x, values, slopes, 0.15)
        losses.append(both)
    assert all(last < first for last, first in zip(losses[-1], losses[0], strict=True))
    assert sum(losses[-1]) <= 0.5 * sum(losses[0])


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_stays(training):
    model, x, values, slopes = make_case(9, 3)
    deaf = nn.Sequential(*model[:2], nn.Dropout(1.0), model[2]).train(training)
    trained, _, slope_loss = slope_matching_step(deaf, x, values, slopes, 0.1)
    assert trained.training == training
    zero = slopes.square().sum().item() / 3
    assert (slope_loss == pytest.approx(zero, rel=1e-9)) == training
