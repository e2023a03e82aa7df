import math

import numpy as np
import pytest
from solution import mean_and_std, mixture_cdf, mixture_quantile


def mixtures(seed, n, k):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, (n, k)), rng.normal(0, 5, (n, k)), rng.normal(-0.5, 1, (n, k))


def weights_of(row):
    exps = [math.exp(v - max(row)) for v in row.tolist()]
    return [e / math.fsum(exps) for e in exps]


def cdf(logits, means, log_stds, value):
    return math.fsum(
        w * (1 + math.erf((value - m) / math.exp(s) / math.sqrt(2))) / 2
        for w, m, s in zip(weights_of(logits), means.tolist(), log_stds.tolist(), strict=True)
    )


SIZES = [(1, 1), (6, 3), (4, 7)]


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_mean_and_std_match_the_moments(n, k):
    logits, means, log_stds = arguments = mixtures(k, n, k)
    before = [a.copy() for a in arguments]
    mean, std = mean_and_std(*arguments)
    assert all((a == b).all() for a, b in zip(arguments, before, strict=True))
    assert mean.shape == std.shape == (n,)
    for row in range(n):
        weights = weights_of(logits[row])
        first = math.fsum(w * m for w, m in zip(weights, means[row].tolist(), strict=True))
        parts = zip(weights, means[row].tolist(), log_stds[row].tolist(), strict=True)
        second = math.fsum(w * (m * m + math.exp(s) ** 2) for w, m, s in parts)
        assert mean[row] == pytest.approx(first, rel=1e-9)
        assert std[row] == pytest.approx(math.sqrt(second - first**2), rel=1e-9)


def test_mean_and_std_by_hand():
    # Weights 3/4 and 1/4 at 0 and 4: variance 1 + 3/4 * 1 + 1/4 * 9.
    mean, std = mean_and_std(np.log([[3.0, 1.0]]), np.array([[0.0, 4.0]]), np.zeros((1, 2)))
    assert mean.tolist() == pytest.approx([1.0])
    assert std.tolist() == pytest.approx([2.0])


def test_large_means_and_logits():
    mean, std = mean_and_std(np.array([[1e4, 1e4]]), np.array([[1e6 - 1, 1e6 + 1]]), np.full((1, 2), -20.0))
    assert mean.tolist() == pytest.approx([1e6])
    assert std.tolist() == pytest.approx([1.0], rel=1e-6)
    far = np.array([[1e4, -1e4]]), np.array([[1.0, 5.0]]), np.zeros((1, 2))
    assert mean_and_std(*far)[0].tolist() == pytest.approx([1.0])
    assert mixture_cdf(*far, np.array([1.0])).tolist() == pytest.approx([0.5])


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_cdf_matches_plain_loops(n, k):
    arguments = mixtures(k + 10, n, k)
    values = np.random.default_rng(n).normal(0, 4, n)
    want = [cdf(*(a[row] for a in arguments), values[row]) for row in range(n)]
    assert mixture_cdf(*arguments, values).tolist() == pytest.approx(want, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("level", [0.001, 0.1, 0.5, 0.975])
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_quantile_has_the_wanted_probability(n, k, level):
    arguments = mixtures(k + 20, n, k)
    got = mixture_quantile(*arguments, level)
    assert got.shape == (n,)
    for row in range(n):
        assert cdf(*(a[row] for a in arguments), got[row]) == pytest.approx(level, abs=1.1e-9)


def test_quantile_by_hand():
    one = np.zeros((1, 1)), np.array([[10.0]]), np.log([[2.0]])
    assert mixture_quantile(*one, 0.9750021048517795).tolist() == pytest.approx([10 + 2 * 1.96], rel=1e-8)
    # Two equal halves far apart: a quarter of the whole is the middle of the left one.
    two = np.zeros((1, 2)), np.array([[-100.0, 300.0]]), np.log([[1e-3, 5.0]])
    assert mixture_quantile(*two, 0.25).tolist() == pytest.approx([-100.0], rel=1e-9)
    assert mixture_quantile(*two, 0.75).tolist() == pytest.approx([300.0], rel=1e-9)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.2, 1.5])
def test_errors(level):
    with pytest.raises(ValueError):
        mixture_quantile(*mixtures(0, 2, 2), level)
