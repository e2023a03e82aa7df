import math
import random

import numpy as np
import torch
from solution import solve


def test_python():
    for _ in range(6):
        x = random.gauss(0, 1)
        assert abs(solve(x) - math.sinh(x)) <= 1e-9


def test_numpy():
    for _ in range(6):
        x = float(np.random.randn())
        assert abs(solve(x) - math.sinh(x)) <= 1e-9


def test_torch():
    for _ in range(6):
        x = torch.randn((), dtype=torch.float64).item()
        assert abs(solve(x) - math.sinh(x)) <= 1e-9
