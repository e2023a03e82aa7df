import math

import pytest
import torch
from solution import sam_step
from torch import nn


def make_model(seed, norm=False):
    layers = [nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)] if norm else [nn.Linear(3, 2)]
    model = nn.Sequential(*layers).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


def make_batch(seed, b):
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(b, n, generator=generator, dtype=torch.float64) for n in (3, 2))


def gradient_of(weight, bias, inputs, targets):
    """Loss and gradients of a linear model, value by value."""
    d_weight, d_bias, loss = [[0.0] * 3 for _ in range(2)], [0.0] * 2, 0.0
    n = 2 * len(inputs)
    for x, y in zip(inputs.tolist(), targets.tolist(), strict=True):
        for k in range(2):
            error = sum(w * v for w, v in zip(weight[k], x, strict=True)) + bias[k] - y[k]
            loss += error * error / n
            d_bias[k] += 2 * error / n
            d_weight[k] = [d + 2 * error * v / n for d, v in zip(d_weight[k], x, strict=True)]
    return d_weight, d_bias, loss


def by_hand(model, inputs, targets, lr, radius):
    weight, bias = model[0].weight.tolist(), model[0].bias.tolist()
    g_weight, g_bias, loss = gradient_of(weight, bias, inputs, targets)
    norm = math.sqrt(sum(g * g for row in [*g_weight, g_bias] for g in row))
    s = radius / norm
    there = [[w + s * g for w, g in zip(*pair, strict=True)] for pair in zip(weight, g_weight, strict=True)]
    h_weight, h_bias, sharp = gradient_of(
        there, [b + s * g for b, g in zip(bias, g_bias, strict=True)], inputs, targets
    )
    weight = [[w - lr * g for w, g in zip(*pair, strict=True)] for pair in zip(weight, h_weight, strict=True)]
    return weight, [b - lr * g for b, g in zip(bias, h_bias, strict=True)], loss, sharp


def agree(got, want):
    model, loss, sharp = got
    assert model.training
    assert isinstance(loss, float)
    assert isinstance(sharp, float)
    assert (loss, sharp) == pytest.approx(want[2:], rel=1e-9)
    assert torch.allclose(model[0].weight, torch.tensor(want[0], dtype=torch.float64), rtol=1e-9, atol=1e-12)
    assert torch.allclose(model[0].bias, torch.tensor(want[1], dtype=torch.float64), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("b", "radius"), [(1, 0.1), (5, 0.7), (4, 3.0), (3, 0.0)])
def test_matches_gradients_written_out(b, radius):
    model, batch = make_model(b), tuple(make_batch(b, b))
    agree(sam_step(model, *batch, 0.2, radius), by_hand(model, *batch, 0.2, radius))


def test_a_gradient_of_zero():
    model = make_model(2)
    inputs, _ = make_batch(2, 4)
    trained, loss, sharp = sam_step(model, inputs, model(inputs).detach(), 0.5, 0.5)
    assert loss == sharp == 0.0
    assert torch.equal(trained[0].weight, model[0].weight)
    assert torch.equal(trained[0].bias, model[0].bias)


def test_statistics_are_those_of_the_first_pass():
    model, (inputs, targets) = make_model(3, norm=True), make_batch(3, 6)
    trained, _, _ = sam_step(model, inputs, targets, 0.1, 2.0)
    h = model[0](inputs).detach()
    assert trained[1].num_batches_tracked.item() == 1
    assert torch.allclose(trained[1].running_mean, 0.1 * h.mean(dim=0), rtol=1e-9)
    assert torch.allclose(trained[1].running_var, 0.9 + 0.1 * h.var(dim=0), rtol=1e-9)
    assert model[1].num_batches_tracked.item() == 0


def test_both_passes_normalise_with_the_batch():
    model, (inputs, targets) = make_model(4, norm=True).eval(), make_batch(4, 5)
    trained, loss, sharp = sam_step(model, inputs, targets, 0.1, 0.5)

    def run(state):
        h = inputs @ state[0].T + state[1]
        h = (h - h.mean(dim=0)) / torch.sqrt(h.var(dim=0, correction=0) + 1e-5) * state[2] + state[3]
        return (h @ state[4].T + state[5] - targets).square().mean()

    state = [p.detach().clone().requires_grad_() for p in model.parameters()]
    gradients = torch.autograd.grad(run(state), state)
    norm = math.sqrt(sum(g.square().sum().item() for g in gradients))
    there = [(p + 0.5 * g / norm).detach().requires_grad_() for p, g in zip(state, gradients, strict=True)]
    assert loss == pytest.approx(run(state).item(), rel=1e-9)
    assert sharp == pytest.approx(run(there).item(), rel=1e-9)
    for p, q, g in zip(state, trained.parameters(), torch.autograd.grad(run(there), there), strict=True):
        assert torch.allclose(q, p - 0.1 * g, rtol=1e-9, atol=1e-11)
    assert trained.training
    assert not model.training


def test_frozen_parameters_do_not_count():
    model, (inputs, targets) = make_model(5), make_batch(5, 4)
    model[0].weight.requires_grad_(False)
    trained, loss, sharp = sam_step(model, inputs, targets, 0.2, 0.6)
    weight, bias = model[0].weight.tolist(), model[0].bias.tolist()
    _, g, want = gradient_of(weight, bias, inputs, targets)
    there = [b + 0.6 * v / math.hypot(*g) for b, v in zip(bias, g, strict=True)]
    _, h, want_sharp = gradient_of(weight, there, inputs, targets)
    assert (loss, sharp) == pytest.approx((want, want_sharp), rel=1e-9)
    assert trained[0].bias.tolist() == pytest.approx([b - 0.2 * v for b, v in zip(bias, h, strict=True)], rel=1e-9)
    assert torch.equal(trained[0].weight, model[0].weight)


def test_the_model_given_is_not_changed():
    model, batch = make_model(6), tuple(make_batch(6, 3))
    model[0].bias.grad = torch.full_like(model[0].bias, 5.0)
    want = by_hand(model, *batch, 0.3, 0.4)
    before = [p.detach().clone() for p in model.parameters()]
    agree(sam_step(model, *batch, 0.3, 0.4), want)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), before, strict=True))
    assert torch.equal(model[0].bias.grad, torch.full_like(model[0].bias, 5.0))
    assert model[0].weight.grad is None
