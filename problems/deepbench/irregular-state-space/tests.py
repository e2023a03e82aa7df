import math

import pytest
import torch
from solution import StateSpace


def random_layer(n_features, n_states, seed=0):
    layer = StateSpace(n_features, n_states)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in layer.state_dict().items()}
    layer.load_state_dict(state)
    return layer, state, generator


def by_hand(parameters, x, steps, f, start):
    """Outputs and states of one feature of one series."""
    rates, b, c = (parameters[name][f].tolist() for name in ("log_rate", "b", "c"))
    skip, h, outputs = parameters["skip"][f].item(), list(start), []
    for value, step in zip(x, steps, strict=True):
        total = skip * value
        for s in range(len(h)):
            a = -math.exp(rates[s])
            h[s] = math.exp(a * step) * h[s] + math.expm1(a * step) / a * b[s] * value
            total += c[s] * h[s]
        outputs.append(total)
    return outputs, h


def random_series(generator, n, length, n_features):
    x = torch.randn(n, length, n_features, generator=generator)
    steps = 2 * torch.rand(n, length, generator=generator)
    return x, steps


@pytest.mark.parametrize("n, length, n_features, n_states", [(1, 1, 1, 1), (2, 6, 3, 4)])
def test_matches_the_recurrence(n, length, n_features, n_states):
    layer, parameters, generator = random_layer(n_features, n_states, seed=n)
    x, steps = random_series(generator, n, length, n_features)
    start = torch.randn(n, n_features, n_states, generator=generator)
    before = start.clone()
    for given, got in [(start, layer(x, steps, start)), (torch.zeros_like(start), layer(x, steps))]:
        outputs, state = got
        assert outputs.shape == (n, length, n_features)
        assert state.shape == (n, n_features, n_states)
        for i in range(n):
            for f in range(n_features):
                want, last = by_hand(parameters, x[i, :, f].tolist(), steps[i].tolist(), f, given[i, f].tolist())
                assert outputs[i, :, f].tolist() == pytest.approx(want, rel=1e-4, abs=1e-5)
                assert state[i, f].tolist() == pytest.approx(last, rel=1e-4, abs=1e-5)
    assert torch.equal(start, before)


def test_piece_by_piece():
    layer, _, generator = random_layer(2, 3, seed=5)
    x, steps = random_series(generator, 2, 5, 2)
    whole, last = layer(x, steps)
    state, pieces = None, []
    for a, b in [(0, 1), (1, 1), (1, 5)]:
        piece, state = layer(x[:, a:b], steps[:, a:b], state)
        assert piece.shape == (2, b - a, 2)
        pieces.append(piece)
    assert torch.allclose(torch.cat(pieces, dim=1), whole, rtol=1e-5, atol=1e-6)
    assert torch.allclose(state, last, rtol=1e-5, atol=1e-6)


def test_no_times_at_all():
    outputs, state = StateSpace(2, 3)(torch.zeros(4, 0, 2), torch.zeros(4, 0))
    assert outputs.shape == (4, 0, 2)
    assert torch.equal(state, torch.zeros(4, 2, 3))


def test_tiny_and_zero_steps():
    layer = StateSpace(1, 1)
    ones = {"log_rate": torch.zeros(1, 1), "b": torch.ones(1, 1), "c": torch.ones(1, 1), "skip": torch.zeros(1)}
    layer.load_state_dict(ones)
    x, steps = torch.ones(1, 3, 1), torch.tensor([[1e-6, 0.0, 2e-6]])
    outputs = layer(x, steps)[0][0, :, 0].tolist()
    assert outputs == pytest.approx([1e-6, 1e-6, 3e-6], rel=1e-4)


def test_parameters_at_the_start():
    torch.manual_seed(0)
    state = StateSpace(50, 4).state_dict()
    assert set(state) == {"log_rate", "b", "c", "skip"}
    assert torch.allclose(state["log_rate"].exp(), torch.tensor([1.0, 2.0, 3.0, 4.0]).expand(50, 4), rtol=1e-5)
    assert torch.equal(state["b"], torch.ones(50, 4))
    assert torch.equal(state["skip"], torch.zeros(50))
    assert abs(state["c"].mean().item()) < 0.25
    # tolerance: several standard errors of a sample this large
    assert abs(state["c"].std().item() - 1) < 0.2


def test_all_parameters_are_trained():
    layer = StateSpace(2, 3)
    outputs, _ = layer(*random_series(torch.Generator().manual_seed(0), 2, 4, 2))
    outputs.square().sum().backward()
    gradients = [p.grad for p in layer.parameters()]
    assert len(gradients) == 4
    assert all(torch.isfinite(g).all() and g.abs().max().item() > 0 for g in gradients)


def test_shapes_that_do_not_fit():
    layer, x = StateSpace(4, 5), torch.zeros(2, 3, 4)
    for steps, state in [
        ((2, 4), None),
        ((2, 3, 1), None),
        ((2,), None),
        ((2, 3), (1, 4, 5)),
        ((2, 3), (2, 5, 4)),
    ]:
        with pytest.raises(ValueError):
            layer(x, torch.zeros(steps), None if state is None else torch.zeros(state))
