import math

import pytest
import torch
from solution import Time2Vec


@pytest.mark.parametrize("n_features, shape", [(1, (1, 1)), (2, (3, 4)), (6, (2, 7))])
def test_matches_plain_python(n_features, shape):
    layer = Time2Vec(n_features)
    generator = torch.Generator().manual_seed(n_features)
    frequency, phase = torch.randn(2, n_features, generator=generator)
    layer.load_state_dict({"frequency": frequency, "phase": phase})
    times = 3 * torch.randn(shape, generator=generator)
    got = layer(times)
    assert got.shape == (*shape, n_features)
    for i, row in enumerate(times.tolist()):
        for j, t in enumerate(row):
            angles = [f * t + p for f, p in zip(frequency.tolist(), phase.tolist(), strict=True)]
            want = angles[:1] + [math.sin(a) for a in angles[1:]]
            assert got[i, j].tolist() == pytest.approx(want, rel=1e-4, abs=1e-5)


def test_the_first_feature_has_no_bounds():
    layer = Time2Vec(3)
    layer.load_state_dict({"frequency": torch.tensor([2.0, 0.0, 0.0]), "phase": torch.tensor([1.0, 0.0, math.pi / 2])})
    assert layer(torch.tensor([[100.0, -50.0]])).tolist() == [[[201.0, 0.0, 1.0], [-99.0, 0.0, 1.0]]]


def test_parameters_at_the_start():
    torch.manual_seed(0)
    state = Time2Vec(1000).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {"frequency": (1000,), "phase": (1000,)}
    for value in state.values():
        assert abs(value.mean().item()) < 0.15
        # tolerance: several standard errors of a sample this large
        assert abs(value.std().item() - 1) < 0.1
    assert not torch.equal(state["frequency"], state["phase"])


def test_gradients():
    layer = Time2Vec(3)
    frequency, phase = torch.tensor([0.5, 1.5, -2.0]), torch.tensor([0.1, 0.2, 0.3])
    layer.load_state_dict({"frequency": frequency, "phase": phase})
    times = torch.tensor([[0.3, 2.0]])
    layer(times).sum().backward()
    slopes = torch.stack([torch.ones(2), (1.5 * times[0] + 0.2).cos(), (-2.0 * times[0] + 0.3).cos()])
    want = [(slopes * times[0]).sum(dim=1), slopes.sum(dim=1)]
    got = [p.grad for p in layer.parameters()]
    assert any(
        torch.allclose(got[0], w, rtol=1e-4) and torch.allclose(got[1], v, rtol=1e-4) for w, v in (want, want[::-1])
    )
