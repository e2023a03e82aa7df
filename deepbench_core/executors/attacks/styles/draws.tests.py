import random

import numpy as np
from solution import solve


def test_nothing():
    assert solve([]) == 0


def test_draws():
    for size in (1, 5, 9):
        values = [random.random() for _ in range(size)]
        assert abs(solve(values) - sum(value * value for value in values)) <= 1e-9


def test_draws_arrays():
    values = np.random.rand(8).tolist()
    assert abs(solve(values) - sum(value * value for value in values)) <= 1e-9
