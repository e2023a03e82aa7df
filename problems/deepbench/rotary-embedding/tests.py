import math

import pytest
import torch
from solution import apply_rotary, rotary_tables


def turned(x, positions, base):
    """In float64, number by number."""
    dim = x.shape[3]
    result = x.double().clone()
    for t, p in enumerate(positions):
        for i in range(dim // 2):
            angle = p * base ** (-2 * i / dim)
            a, b = x[:, :, t, i].double(), x[:, :, t, i + dim // 2].double()
            result[:, :, t, i] = a * math.cos(angle) - b * math.sin(angle)
            result[:, :, t, i + dim // 2] = b * math.cos(angle) + a * math.sin(angle)
    return result


def random_x(shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("dim, base", [(2, 10000.0), (6, 10000.0), (8, 50.0)])
def test_tables(dim, base):
    positions = [0, 1, 2, 7, 30]
    cos, sin = rotary_tables(torch.tensor(positions), dim, base)
    assert cos.dtype == sin.dtype == torch.float32
    assert cos.shape == sin.shape == (5, dim // 2)
    for t, p in enumerate(positions):
        angles = [p * base ** (-2 * i / dim) for i in range(dim // 2)]
        assert cos[t].tolist() == pytest.approx([math.cos(a) for a in angles], rel=1e-4, abs=1e-5)
        assert sin[t].tolist() == pytest.approx([math.sin(a) for a in angles], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize(
    "shape, positions", [((1, 1, 1, 2), [3]), ((2, 3, 4, 6), [0, 1, 2, 3]), ((1, 2, 3, 4), [9, 4, 20])]
)
def test_matches_number_by_number(shape, positions):
    x = random_x(shape)
    before = x.clone()
    got = apply_rotary(x, *rotary_tables(torch.tensor(positions), shape[3]))
    assert got.dtype == torch.float32
    assert torch.allclose(got.double(), turned(x, positions, 10000.0), rtol=1e-4, atol=1e-5)
    assert torch.equal(x, before)


def test_only_distances_matter():
    q, k = random_x((1, 1, 1, 8), seed=1), random_x((1, 1, 1, 8), seed=2)

    def score(p, r):
        tables = [rotary_tables(torch.tensor([at]), 8, 100.0) for at in (p, r)]
        return (apply_rotary(q, *tables[0]) * apply_rotary(k, *tables[1])).sum().item()

    assert score(3, 1) == pytest.approx(score(13, 11), rel=1e-4)
    assert score(3, 1) != pytest.approx(score(1, 3), rel=1e-2, abs=1e-3)  # tolerance: they must differ clearly


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_once(dtype):
    x = random_x((2, 2, 5, 8), seed=3).to(dtype)
    cos, sin = rotary_tables(torch.tensor([0, 300, 1001, 2049, 4097]), 8)
    got = apply_rotary(x, cos, sin)
    assert got.dtype == dtype
    assert torch.equal(got, apply_rotary(x.float(), cos, sin).to(dtype))


def test_gradient_turns_back():
    x = random_x((1, 2, 3, 4), seed=4).requires_grad_()
    positions = torch.tensor([2, 5, 6])
    direction = random_x((1, 2, 3, 4), seed=5)
    (apply_rotary(x, *rotary_tables(positions, 4)) * direction).sum().backward()
    assert torch.allclose(x.grad.double(), turned(direction, [-2, -5, -6], 10000.0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dim", [1, 7])
def test_odd_sizes_are_refused(dim):
    with pytest.raises(ValueError):
        rotary_tables(torch.arange(3), dim)
