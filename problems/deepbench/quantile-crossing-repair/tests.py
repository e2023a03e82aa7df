import numpy as np
import pytest
from solution import repair_quantiles


def by_hand(predictions, levels):
    ranked = sorted(levels)
    return [[sorted(row)[ranked.index(level)] for level in levels] for row in predictions]


@pytest.mark.parametrize(("n", "q"), [(1, 1), (5, 2), (7, 5), (3, 9)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_matches_plain_loops(n, q, dtype):
    rng = np.random.default_rng(n * q)
    predictions, levels = rng.normal(size=(n, q)).astype(dtype), rng.permutation(np.linspace(0.05, 0.95, q))
    before = predictions.copy()
    got = repair_quantiles(predictions, levels)
    assert (predictions == before).all()
    assert got.dtype == dtype
    assert got.shape == (n, q)
    assert got.tolist() == by_hand(predictions.tolist(), levels.tolist())


def test_by_hand():
    got = repair_quantiles(np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 5.0]]), np.array([0.1, 0.5, 0.9]))
    assert got.tolist() == [[1.0, 2.0, 3.0], [1.0, 2.0, 5.0]]


def test_levels_in_another_order():
    got = repair_quantiles(np.array([[7.0, 8.0, 9.0, 6.0]]), np.array([0.9, 0.1, 0.25, 0.5]))
    assert got.tolist() == [[9.0, 6.0, 7.0, 8.0]]


def test_three_levels_whose_sorting_is_not_its_own_inverse():
    got = repair_quantiles(np.array([[1.0, 2.0, 3.0]]), np.array([0.5, 0.9, 0.1]))
    assert got.tolist() == [[2.0, 3.0, 1.0]]


def test_equal_values():
    assert repair_quantiles(np.array([[2.0, 2.0, 1.0]]), np.array([0.2, 0.4, 0.6])).tolist() == [[1.0, 2.0, 2.0]]
