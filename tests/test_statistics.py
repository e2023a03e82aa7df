"""Statistics against exact enumeration, statsmodels and simulation."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from deepbench_core import statistics


@pytest.mark.parametrize("n", range(1, 9))
def test_pass_at_k_and_pass_hat_k_equal_exact_enumeration(n: int) -> None:
    for c in range(n + 1):
        samples = [True] * c + [False] * (n - c)
        for k in range(1, n + 1):
            draws = list(combinations(samples, k))
            assert statistics.pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws), abs=1e-15)
            assert statistics.pass_hat_k(n, c, k) == pytest.approx(sum(map(all, draws)) / len(draws), abs=1e-15)
            assert statistics.pass_at_k_array([n], [c], k)[0] == pytest.approx(statistics.pass_at_k(n, c, k), abs=1e-12)


def test_pass_at_k_is_undefined_beyond_the_samples_drawn() -> None:
    assert statistics.pass_at_k(3, 3, 4) is None
    assert statistics.pass_hat_k(0, 0, 1) is None
    assert np.isnan(statistics.pass_at_k_array([3, 0], [3, 0], 4)).all()


def test_impossible_counts_are_refused() -> None:
    for n, c, k in [(3, 4, 1), (3, -1, 1), (3, 1, 0)]:
        with pytest.raises(ValueError, match="need 0 <= c <= n"):
            statistics.pass_at_k(n, c, k)


def test_pass_at_k_array_survives_large_counts() -> None:
    assert statistics.pass_at_k_array([10_000], [1], 100)[0] == pytest.approx(0.01)


def test_wilson_equals_statsmodels() -> None:
    for trials in (1, 2, 7, 48, 208, 10_000):
        for successes in {0, 1, trials // 3, trials}:
            expected = proportion_confint(successes, trials, method="wilson")
            assert statistics.wilson(successes, trials) == pytest.approx(expected, abs=1e-12)
    assert np.isnan(statistics.wilson(0, 0)).all()


def test_clustered_error_equals_the_plain_one_for_single_samples_and_grows_with_copies() -> None:
    x = np.random.default_rng(1).random(50)
    plain = x.std() / np.sqrt(50)
    assert statistics.clustered_standard_error(x, np.arange(50)) == pytest.approx(plain)
    copies = statistics.clustered_standard_error(np.repeat(x, 4), np.repeat(np.arange(50), 4))
    assert copies == pytest.approx(plain)  # four equal samples of a problem teach nothing new
    assert np.isnan(statistics.clustered_standard_error([1.0], [0]))


def test_bootstrap_is_seeded_and_paired() -> None:
    x = np.random.default_rng(2).random((2, 40))
    x[1] = x[0] - 0.1
    first, second = statistics.bootstrap_means(x)
    assert np.allclose(first - second, 0.1)
    assert statistics.bootstrap_interval(x[0]) == statistics.bootstrap_interval(x[0])


def test_bootstrap_leaves_missing_scores_out() -> None:
    x = np.array([0.2, np.nan, 0.4, 0.9, np.nan])
    assert statistics.estimate(x).value == pytest.approx(0.5)
    assert statistics.estimate(x).n == 3
    assert np.isfinite(statistics.bootstrap_means(np.vstack([np.ones(5), x]))).mean() > 0.95


def test_estimate_never_claims_certainty() -> None:
    for scores in ([0.0] * 20, [1.0] * 20, [0.5] * 20, [1.0]):
        estimate = statistics.estimate(scores)
        assert estimate.high - estimate.low > 0.1
    assert not statistics.estimate([np.nan]).defined


@pytest.mark.parametrize("samples", [1, 4])
def test_interval_covers_the_truth_about_95_times_in_100(samples: int) -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        difficulty = rng.beta(0.8, 1.2, 100)
        estimate = statistics.estimate(rng.binomial(samples, difficulty) / samples, draws=400)
        hits += estimate.low <= 0.4 <= estimate.high
    assert 0.92 <= hits / 400 <= 0.98


def test_paired_difference_of_each_pair_equals_that_of_scipy() -> None:
    from scipy import stats

    rng = np.random.default_rng(4)
    a, b = rng.random(60), rng.random(60)
    b[:5] = np.nan
    got = statistics.paired_difference(a, b)
    reference = stats.ttest_rel(a[5:], b[5:]).confidence_interval(0.95)
    assert (got.low, got.high) == pytest.approx((reference.low, reference.high), abs=1e-3)
    assert got.n == 55


def test_rank_ranges_separate_only_what_differs() -> None:
    rng = np.random.default_rng(5)
    good, twin_a, twin_b = (rng.random(200) < p for p in (0.8, 0.4, 0.4))
    ranges = statistics.rank_ranges(np.array([good, twin_a, twin_b], dtype=float))
    assert ranges == [(1, 1), (2, 3), (2, 3)]


def test_few_problems_rank_nobody() -> None:
    assert statistics.rank_ranges(np.array([[1.0] * 5, [0.0] * 5])) == [(1, 2), (1, 2)]
