import numpy as np
import pytest
from solution import min_max_scale


@pytest.mark.parametrize(("n", "m", "columns"), [(1, 1, 1), (8, 3, 4), (30, 12, 2)])
def test_matches_plain_loops(n, m, columns):
    rng = np.random.default_rng(n)
    train, test = rng.normal(5, 20, (n, columns)), rng.normal(5, 40, (m, columns))
    before = train.copy(), test.copy()
    got = min_max_scale(train, test)
    np.testing.assert_array_equal(train, before[0])
    np.testing.assert_array_equal(test, before[1])
    for rows, scaled in zip((train, test), got, strict=True):
        assert scaled.dtype == np.float64
        for i, row in enumerate(rows.tolist()):
            for c, value in enumerate(row):
                column = train[:, c].tolist()
                span = (max(column) - min(column)) or 1.0
                assert scaled[i, c] == pytest.approx((value - min(column)) / span, rel=1e-9, abs=1e-12)


def test_by_hand():
    train = np.array([[0.0, 10.0, 3.0], [4.0, 30.0, 3.0], [1.0, 20.0, 3.0]])
    scaled, other = min_max_scale(train, np.array([[8.0, 0.0, 5.0], [2.0, 30.0, 3.0]]))
    assert scaled.tolist() == [[0, 0, 0], [1, 1, 0], [0.25, 0.5, 0]]
    assert other.tolist() == [[2, -0.5, 2], [0.5, 1, 0]]


def test_no_test_rows():
    assert min_max_scale(np.array([[1.0, 2.0]]), np.zeros((0, 2)))[1].shape == (0, 2)
