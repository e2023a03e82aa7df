import numpy as np
import pytest
from solution import reconcile, summing_matrix

HIERARCHIES = [([[0, 1]], 2), ([[0, 1, 2, 3], [0, 1], [2, 3]], 4), ([[2, 0, 4], [3, 1], [0, 1, 2, 3, 4]], 5)]


@pytest.mark.parametrize(("groups", "n"), HIERARCHIES)
def test_summing_matrix(groups, n):
    got = summing_matrix(groups, n)
    assert got.dtype == np.float64
    assert got.shape == (len(groups) + n, n)
    bottom = [10.0**i for i in range(n)]
    assert (got @ bottom).tolist() == [sum(bottom[i] for i in group) for group in groups] + bottom


@pytest.mark.parametrize(("groups", "n"), HIERARCHIES)
@pytest.mark.parametrize("steps", [1, 4])
def test_forecasts_add_up_and_no_others_are_nearer(groups, n, steps):
    rng = np.random.default_rng(n + steps)
    summing = summing_matrix(groups, n)
    forecasts, variances = rng.normal(10, 3, (len(summing), steps)), rng.uniform(0.2, 5, len(summing))
    before = forecasts.copy()
    got = reconcile(forecasts, summing, variances)
    assert (forecasts == before).all()
    assert got.shape == forecasts.shape
    for row, group in enumerate(groups):
        for h in range(steps):
            assert got[row, h] == pytest.approx(sum(got[len(groups) + i, h] for i in group), rel=1e-9)
    # In the minimum, the gradient over each bottom series is zero.
    for h in range(steps):
        for i in range(n):
            parts = [
                summing[row, i] * (forecasts[row, h] - got[row, h]) / variances[row] for row in range(len(summing))
            ]
            assert sum(parts) == pytest.approx(0.0, abs=1e-9)


def test_by_hand():
    # The total says 9, the parts 2 and 4: with equal variances each of the three moves by 1.
    summing = summing_matrix([[0, 1]], 2)
    got = reconcile(np.array([[9.0], [2.0], [4.0]]), summing, np.ones(3))
    assert got[:, 0].tolist() == pytest.approx([8.0, 3.0, 5.0])
    # The gap of 3 is shared as the variances are.
    got = reconcile(np.array([[9.0], [2.0], [4.0]]), summing, np.array([1.0, 3.0, 2.0]))
    assert got[:, 0].tolist() == pytest.approx([8.5, 3.5, 5.0])


def test_forecasts_that_add_up_stay():
    summing = summing_matrix([[0, 1, 2], [1, 2]], 3)
    forecasts = summing @ np.array([[1.0, 5.0], [-2.0, 0.0], [4.0, 3.0]])
    got = reconcile(forecasts, summing, np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert np.abs(got - forecasts).max() <= 1e-9
