"""Statistics against exact enumeration, statsmodels and simulation."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

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


def test_mcnemar_equals_statsmodels() -> None:
    pairs = [(0, 0), (0, 1), (3, 3), (5, 20), (20, 5), (40, 41), (0, 300), (1, 1000)]
    only_a, only_b = zip(*pairs, strict=True)
    expected = [mcnemar([[9, a], [b, 9]], exact=True).pvalue if a + b else 1.0 for a, b in pairs]
    assert statistics.mcnemar_exact(only_a, only_b) == pytest.approx(expected, abs=1e-12)


def test_holm_equals_statsmodels_and_leaves_missing_tests_out() -> None:
    rng = np.random.default_rng(6)
    for size in (1, 2, 5, 100):
        p = rng.random(size) ** 4
        p[: size // 3] = p[0]  # ties
        assert statistics.holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)
    with_gaps = statistics.holm([0.01, float("nan"), 0.04])
    assert np.isnan(with_gaps[1])
    assert with_gaps[[0, 2]] == pytest.approx(multipletests([0.01, 0.04], method="holm")[1], abs=1e-12)
    assert statistics.holm([]).size == 0


def test_the_difference_of_independent_rates_equals_newcombes() -> None:
    for a, n, b, m in [(10, 50, 30, 60), (0, 20, 5, 20), (40, 40, 1, 9)]:
        left, right = (statistics.Estimate(c / k, *statistics.wilson(c, k), k) for c, k in ((a, n), (b, m)))
        expected = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
        assert statistics.independent_difference(left, right) == pytest.approx(expected, abs=1e-9)


def test_the_paired_interval_is_never_without_width_and_covers() -> None:
    assert np.isnan(statistics.paired_proportions(0, 0, 0)).all()
    low, high = statistics.paired_proportions(0, 0, 20)
    assert low < 0 < high
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(1000):
        only_a, only_b, _ = rng.multinomial(80, [0.25, 0.1, 0.65])
        low, high = statistics.paired_proportions(int(only_a), int(only_b), 80)
        hits += low <= 0.15 <= high
    assert 0.93 <= hits / 1000 <= 0.97


def test_as_many_problems_as_needed_give_the_power_that_was_asked_for() -> None:
    observed = np.repeat([1.0, -1.0, 0.0], [20, 10, 70])  # a difference of 10 points
    needed = statistics.problems_needed(observed)
    assert needed is not None
    rng = np.random.default_rng(8)
    counts = rng.multinomial(needed, [0.2, 0.1, 0.7], size=4000)
    found = statistics.mcnemar_exact(counts[:, 0], counts[:, 1]) < 0.05
    assert 0.74 <= found.mean() <= 0.84  # the exact test is a little cautious
    assert statistics.problems_needed([0.0, 0.0, 0.0]) is None
    assert statistics.problems_needed([0.5]) is None
    assert statistics.problems_needed(observed, power=0.95) > needed
