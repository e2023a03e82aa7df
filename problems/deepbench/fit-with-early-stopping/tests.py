import math

import pytest
import torch
from solution import fit_regressor
from torch import nn


def data(n, m, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n + m, 3, generator=generator, dtype=torch.float64)
    y = x @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64) + 3
    y = y + 1.5 * torch.randn(n + m, generator=generator, dtype=torch.float64)
    return x[:n], y[:n], x[n:], y[n:]


def linear_model():
    model = nn.Sequential(nn.Linear(3, 1)).double()
    model.load_state_dict({"0.weight": torch.tensor([[0.125, 0.25, -0.375]]), "0.bias": torch.tensor([0.5])})
    return model


def norm_model():
    """Batch normalisation in front of a linear layer: training and evaluation mode differ."""
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[0.125, 0.25, -0.375]]))
        model[1].bias.fill_(0.5)
    return model


def simulated(x, y, vx, vy, lr, batch_size, n_epochs, norm):
    """Weights, buffers and both losses after every epoch, with gradients written out."""
    w, b = torch.tensor([0.125, 0.25, -0.375], dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    gain, shift = torch.ones(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    mean, var = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    states, train, valid = [(w, b, gain, shift, mean, var)], [], []
    for _ in range(n_epochs):
        squared = []
        for start in range(0, len(x), batch_size):
            xb, yb = x[start : start + batch_size], y[start : start + batch_size]
            n = len(xb)
            leaves = [t.clone().requires_grad_() for t in (w, b, gain, shift)]
            z = xb
            if norm:
                m, v = xb.mean(dim=0), xb.var(dim=0, correction=0)
                z = (xb - m) / torch.sqrt(v + 1e-5) * leaves[2] + leaves[3]
                mean, var = 0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * v * n / (n - 1)
            errors = (z * leaves[0]).sum(dim=1) + leaves[1] - yb
            squared += (errors.detach() ** 2).tolist()
            grads = torch.autograd.grad((errors**2).sum() / n, leaves, allow_unused=True)
            w, b = w - lr * grads[0], b - lr * grads[1]
            if norm:
                gain, shift = gain - lr * grads[2], shift - lr * grads[3]
        z = (vx - mean) / torch.sqrt(var + 1e-5) * gain + shift if norm else vx
        states.append((w, b, gain, shift, mean, var))
        train.append(math.fsum(squared) / len(squared))
        valid.append(((z * w).sum(dim=1) + b - vy).square().mean().item())
    return states, train, valid


def stopping(valid, patience, min_delta):
    """Index of the best epoch (-1: none) and the number of epochs run."""
    best, best_epoch, waited = math.inf, -1, 0
    for epoch, loss in enumerate(valid):
        if loss < best - min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return best_epoch, epoch + 1
    return best_epoch, len(valid)


def same_weights(model, state, norm):
    got = model.state_dict()
    w, b, gain, shift, mean, var = state
    last = "1" if norm else "0"
    pairs = [(got[f"{last}.weight"][0], w), (got[f"{last}.bias"][0], b)]
    if norm:
        pairs += [(got["0.weight"], gain), (got["0.bias"], shift)]
        pairs += [(got["0.running_mean"], mean), (got["0.running_var"], var)]
    return all((a - b).abs().max().item() <= 1e-9 for a, b in pairs)


@pytest.mark.parametrize(
    "norm, seed, batch_size, lr, patience, min_delta, max_epochs, outcome",
    [
        (True, 8, 4, 0.2, 1, 0.0, 5, (2, 4)),
        (True, 1, 20, 0.3, 2, 0.2, 6, (2, 5)),
        (False, 11, 4, 0.3, 2, 0.5, 5, (1, 4)),
        (False, 0, 4, 0.01, 5, 0.0, 2, (1, 2)),
    ],
)
def test_matches_a_simulation_and_leaves_the_model_given(
    norm, seed, batch_size, lr, patience, min_delta, max_epochs, outcome
):
    x, y, vx, vy = data(10, 5, seed)
    model = norm_model() if norm else linear_model()
    given = {name: value.clone() for name, value in model.state_dict().items()}
    got, train, valid = fit_regressor(model, x, y, vx, vy, lr, batch_size, max_epochs, patience, min_delta)
    states, want_train, want_valid = simulated(x, y, vx, vy, lr, batch_size, max_epochs, norm)
    best, n_run = stopping(want_valid, patience, min_delta)
    assert (best, n_run) == outcome
    assert len(train) == len(valid) == n_run
    assert train == pytest.approx(want_train[:n_run], rel=1e-8)
    assert valid == pytest.approx(want_valid[:n_run], rel=1e-8)
    assert same_weights(got, states[best + 1], norm)
    assert not got.training
    assert ((got(vx).squeeze(1) - vy) ** 2).mean().item() == pytest.approx(valid[best], rel=1e-9)
    assert model.training
    assert all(torch.equal(value, given[name]) for name, value in model.state_dict().items())


def test_learns_a_linear_function():
    # Orthogonal columns with the mean 0: a step over all rows goes half of the way.
    x = torch.tensor([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64)
    y = x @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64) + 3
    got, train, valid = fit_regressor(linear_model(), x, y, x[:2], y[:2], 0.25, 4, 4, 8)
    assert train[1:] == pytest.approx([loss / 4 for loss in train[:-1]], rel=1e-9)
    assert valid == pytest.approx([valid[0] / 4**k for k in range(4)], rel=1e-9)
    assert got.state_dict()["0.bias"].item() == pytest.approx(3 - 2.5 / 16, rel=1e-9)


@pytest.mark.parametrize("patience, n_run", [(2, 2), (20, 4)])
def test_never_a_number(patience, n_run):
    x, y, vx, vy = data(8, 3)
    vy[1] = math.nan
    model = linear_model()
    want = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    got, train, valid = fit_regressor(model, x, y, vx, vy, 0.01, 4, 4, patience)
    assert model.training
    assert len(train) == len(valid) == n_run
    assert all(math.isnan(loss) for loss in valid)
    assert all(torch.equal(value, want[name]) for name, value in got.state_dict().items())
    assert not got.training


@pytest.mark.parametrize("min_delta, n_run", [(0.0, 3), (10.0, 3)])
def test_standing_still_is_no_improvement(min_delta, n_run):
    x, y, vx, vy = data(8, 3)
    _, _, valid = fit_regressor(linear_model(), x, y, vx, vy, 0.0, 8, 9, 2, min_delta)
    assert len(valid) == n_run


def test_dropout_is_off_in_validation():
    x, y, vx, vy = data(8, 4)
    model = nn.Sequential(nn.Dropout(1.0), nn.Linear(3, 1)).double()
    model.load_state_dict({"1.weight": torch.tensor([[1.0, 2.0, -1.0]]), "1.bias": torch.tensor([0.25])})
    model.eval()
    _, train, valid = fit_regressor(model, x, y, vx, vy, 0.0, 8, 1, 1)
    assert train[0] == pytest.approx(((0.25 - y) ** 2).mean().item(), rel=1e-9)
    want = (vx @ torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64) + 0.25 - vy).square().mean()
    assert valid[0] == pytest.approx(want.item(), rel=1e-9)
