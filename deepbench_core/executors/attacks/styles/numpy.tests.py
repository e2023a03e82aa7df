import math

import numpy as np
from solution import solve


def by_hand(rows):
    out = []
    for row in rows:
        exps = [math.exp(value - max(row)) for value in row]
        out.append([value / sum(exps) for value in exps])
    return np.array(out)


def test_values():
    x = np.random.default_rng(5).normal(size=(6, 4)) * 3
    np.testing.assert_allclose(solve(x), by_hand(x.tolist()), rtol=1e-6)


def test_shape_and_kind():
    result = solve(np.zeros((2, 5)))
    assert isinstance(result, np.ndarray)
    assert result.shape == (2, 5)
    assert result.dtype == np.float64


def test_even():
    assert np.array_equal(solve(np.zeros((3, 4))), np.full((3, 4), 0.25))


def test_extremes():
    result = solve(np.array([[1000.0, -1000.0]]))
    assert np.allclose(result, [[1.0, 0.0]])
    assert np.isfinite(result).all()
