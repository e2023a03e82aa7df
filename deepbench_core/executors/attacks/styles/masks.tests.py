import numpy as np
import torch
from solution import solve


def test_arrays():
    for seed in range(4):
        x = np.random.default_rng(seed).normal(size=12)
        assert int(solve(x).sum()) == sum(value > 0 for value in x.tolist())
        assert solve(x).dtype == bool


def test_tensors():
    for seed in range(4):
        x = torch.randn(12, generator=torch.Generator().manual_seed(seed))
        assert int(solve(x).sum()) == sum(value > 0 for value in x.tolist())
        assert solve(x).dtype is torch.bool
