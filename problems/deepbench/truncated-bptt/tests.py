import math

import pytest
import torch
from solution import train_truncated
from torch import nn


def make_modules(n_inputs=2, hidden=3, n_outputs=2, layers=1, seed=0):
    rnn = nn.GRU(n_inputs, hidden, layers, batch_first=True).double()
    head = nn.Linear(hidden, n_outputs).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in [*rnn.parameters(), *head.parameters()]:
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return rnn, head


def make_series(n_batch, n_steps, n_inputs=2, n_outputs=2, seed=1, missing=0.0):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(n_batch, n_steps, n_inputs, generator=generator, dtype=torch.float64)
    targets = torch.randn(n_batch, n_steps, n_outputs, generator=generator, dtype=torch.float64)
    targets[torch.rand(targets.shape, generator=generator) < missing] = math.nan
    return inputs, targets


def gru_step(weights, layer, x, h):
    """One time step of one layer of a GRU, as in the documentation of nn.GRU."""
    w_x, w_h = weights[f"weight_ih_l{layer}"], weights[f"weight_hh_l{layer}"]
    b_x, b_h = weights[f"bias_ih_l{layer}"], weights[f"bias_hh_l{layer}"]
    xr, xz, xn = (x @ w_x.T + b_x).chunk(3, dim=-1)
    hr, hz, hn = (h @ w_h.T + b_h).chunk(3, dim=-1)
    r, z = 1 / (1 + torch.exp(-(xr + hr))), 1 / (1 + torch.exp(-(xz + hz)))
    return (1 - z) * torch.tanh(xn + r * hn) + z * h


def simulated(rnn, head, inputs, targets, chunk, lr):
    """Final weights, final hidden state and mean loss, one time step at a time."""
    weights = {name: p.detach().clone() for name, p in rnn.named_parameters()}
    weights |= {f"head.{name}": p.detach().clone() for name, p in head.named_parameters()}
    n_batch, n_steps, _ = inputs.shape
    state = [torch.zeros(n_batch, rnn.hidden_size, dtype=torch.float64) for _ in range(rnn.num_layers)]
    everything = []
    for start in range(0, n_steps, chunk):
        weights = {name: w.detach().requires_grad_() for name, w in weights.items()}
        state = [h.detach() for h in state]
        errors = []
        for t in range(start, min(start + chunk, n_steps)):
            x = inputs[:, t]
            for layer in range(rnn.num_layers):
                x = state[layer] = gru_step(weights, layer, x, state[layer])
            predicted = x @ weights["head.weight"].T + weights["head.bias"]
            seen = ~targets[:, t].isnan()
            errors.append((predicted[seen] - targets[:, t][seen]) ** 2)
        errors = torch.cat(errors)
        if len(errors):
            gradients = torch.autograd.grad(errors.sum() / len(errors), list(weights.values()))
            weights = {n: w.detach() - lr * g for (n, w), g in zip(weights.items(), gradients, strict=True)}
            everything += errors.tolist()
    return weights, torch.stack(state).detach(), math.fsum(everything) / max(len(everything), 1)


def check(got, want):
    rnn, head, state, loss = got
    weights, want_state, want_loss = want
    assert isinstance(loss, float)
    assert loss == pytest.approx(want_loss, rel=1e-9)
    assert not state.requires_grad
    assert state.shape == want_state.shape
    assert (state - want_state).abs().max().item() <= 1e-9
    trained = dict(rnn.state_dict()) | {f"head.{name}": value for name, value in head.state_dict().items()}
    assert set(trained) == set(weights)
    for name, value in trained.items():
        assert (value - weights[name]).abs().max().item() <= 1e-9


@pytest.mark.parametrize(
    "n_batch, n_steps, sizes, layers, chunk, missing",
    [
        (1, 3, (1, 1, 1), 1, 1, 0.4),
        (3, 5, (4, 2, 3), 2, 2, 0.4),
        (2, 3, (2, 3, 2), 1, 7, 0.2),
    ],
)
def test_matches_a_step_by_step_simulation(n_batch, n_steps, sizes, layers, chunk, missing):
    n_inputs, hidden, n_outputs = sizes
    modules = make_modules(n_inputs, hidden, n_outputs, layers, seed=chunk)
    series = make_series(n_batch, n_steps, n_inputs, n_outputs, missing=missing)
    weights = [p.detach().clone() for module in modules for p in module.parameters()]
    copies = [tensor.clone() for tensor in series]
    want = simulated(*modules, *series, chunk, 0.2)
    check(train_truncated(*modules, *series, chunk, 0.2), want)
    # Nothing given is changed.
    parameters = [p for module in modules for p in module.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(weights, parameters, strict=True))
    assert torch.equal(series[0], copies[0])
    assert torch.allclose(series[1], copies[1], equal_nan=True)


MODULES = make_modules(seed=7)


def test_pieces_without_targets_carry_the_state_on():
    inputs, targets = make_series(2, 5, seed=8)
    targets[:, ::2] = math.nan
    want = simulated(*MODULES, inputs, targets, 1, 0.3)
    check(train_truncated(*MODULES, inputs, targets, 1, 0.3), want)


def test_one_observed_value():
    inputs, targets = make_series(2, 3, seed=10, missing=1.1)
    targets[1, 2, 0] = 0.5
    check(train_truncated(*MODULES, inputs, targets, 3, 0.3), simulated(*MODULES, inputs, targets, 3, 0.3))


def test_nothing_observed_at_all():
    series = make_series(2, 3, seed=12, missing=1.1)
    got = train_truncated(*MODULES, *series, 2, 0.3)
    check(got, simulated(*MODULES, *series, 2, 0.3))
    assert got[3] == 0.0


def test_training_in_a_row_learns_to_remember():
    inputs = torch.randn(8, 12, 1, generator=torch.Generator().manual_seed(15), dtype=torch.float64)
    targets = torch.cat([torch.full((8, 1, 1), math.nan, dtype=torch.float64), inputs[:, :-1]], dim=1)
    rnn, head = make_modules(1, 4, 1, seed=16)
    losses = []
    for _ in range(2):
        rnn, head, _, loss = train_truncated(rnn, head, inputs, targets, 4, 0.4)
        losses.append(loss)
    assert losses[-1] < 0.5 * losses[0]


def test_impossible_chunks_are_refused():
    series = make_series(1, 3)
    for chunk in (0, -1):
        with pytest.raises(ValueError):
            train_truncated(*MODULES, *series, chunk, 0.1)
