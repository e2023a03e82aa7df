import math

import numpy as np
import pytest
from solution import undo_log_differences


@pytest.mark.parametrize(("n", "h"), [(1, 1), (3, 5), (4, 4), (2, 30)])
def test_matches_plain_loops(n, h):
    rng = np.random.default_rng(h)
    changes, last = rng.normal(0, 0.3, (n, h)), rng.uniform(0.1, 900, n)
    before = changes.copy()
    got = undo_log_differences(changes, last.copy())
    assert (changes == before).all()
    assert got.dtype == np.float64
    assert got.shape == (n, h)
    for row in range(n):
        level = float(last[row])
        for step in range(h):
            level *= math.exp(changes[row, step])
            assert got[row, step] == pytest.approx(level, rel=1e-9)


def test_by_hand():
    changes = np.log([[2.0, 0.5, 3.0], [1.0, 10.0, 0.1]])
    got = undo_log_differences(changes, np.array([10.0, 7.0]))
    assert got.tolist() == [pytest.approx([20.0, 10.0, 30.0]), pytest.approx([7.0, 70.0, 7.0])]


def test_it_undoes_the_differences():
    levels = np.random.default_rng(0).uniform(1, 50, (3, 9))
    changes = np.diff(np.log(levels), axis=1)
    got = undo_log_differences(changes, levels[:, 0])
    assert got.ravel().tolist() == pytest.approx(levels[:, 1:].ravel().tolist(), rel=1e-9)
