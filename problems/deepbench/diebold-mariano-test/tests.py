import math

import numpy as np
import pytest
from solution import diebold_mariano


def two_sided(statistic, freedom):
    """The t distribution's tails, by Simpson's rule over its density between 0 and the statistic."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    steps, width = 2000, abs(statistic) / 2000
    heights = [scale * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1)]
    inside = (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])) * width / 3
    return 1 - 2 * inside


def by_hand(a, b, h):
    d = [x * x - y * y for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    n, m = len(d), math.fsum(d) / len(d)
    g = [math.fsum((d[t] - m) * (d[t - k] - m) for t in range(k, n)) / n for k in range(h)]
    v = g[0] + 2 * sum((1 - k / h) * g[k] for k in range(1, h))
    statistic = m / math.sqrt(v / n) * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return statistic, two_sided(statistic, n - 1)


@pytest.mark.parametrize(
    ("n", "horizon", "better"), [(2, 1, 1.0), (10, 1, 1.5), (30, 4, 1.3), (60, 12, 0.8), (5, 4, 1.2)]
)
def test_matches_plain_loops(n, horizon, better):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=n), np.convolve(rng.normal(size=n + 2), [0.6, 0.6, 0.6], "valid") * better
    before = a.copy(), b.copy()
    got = diebold_mariano(a, b, horizon)
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(b, before[1])
    assert tuple(got) == pytest.approx(by_hand(a, b, horizon), rel=1e-6)
    assert all(isinstance(value, float) for value in got)


def test_by_hand():
    # d = 0, 1, 2: m = 1, v = 2/3, so 1 / sqrt(2/9) * sqrt(2/3) = sqrt(3); two degrees of freedom.
    a, b = np.sqrt(np.array([1.0, 2.0, 3.0])), np.ones(3)
    statistic, p = diebold_mariano(a, b, 1)
    assert statistic == pytest.approx(math.sqrt(3))
    assert p == pytest.approx(1 - math.sqrt(3) / math.sqrt(5))


def test_the_sign_says_who_is_better():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=25), rng.normal(size=25) * 2
    one, other = diebold_mariano(a, b, 3), diebold_mariano(b, a, 3)
    assert one[0] < 0
    assert tuple(one) == pytest.approx((-other[0], other[1]))


def test_constant_differences():
    for a, b in [(np.ones(4), np.ones(4)), (np.full(4, 2.0), np.ones(4)), (np.full(7, 0.1), np.full(7, 0.3))]:
        assert [math.isnan(value) for value in diebold_mariano(a, b, 2)] == [True, True]


def test_errors():
    for n, m, horizon in [(4, 5, 1), (5, 4, 1), (4, 4, 0), (4, 4, 4)]:
        with pytest.raises(ValueError):
            diebold_mariano(np.arange(n) * 1.0, np.ones(m), horizon)
    assert math.isfinite(diebold_mariano(np.array([1.0, 3.0, 2.0, 5.0]), np.ones(4), 3)[0])
