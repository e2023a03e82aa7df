import torch
from solution import solve


def inputs(seed):
    return torch.randn(6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_squares():
    square = solve(2)
    for seed in range(4):
        x = inputs(seed)
        assert torch.allclose(square(x), x * x)


def test_cubes():
    x = inputs(9)
    assert torch.equal(solve(3)(x), x * x * x)
