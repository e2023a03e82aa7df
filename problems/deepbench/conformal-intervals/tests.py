import math

import numpy as np
import pytest
from solution import ConformalRegressor


def samples(seed, n):
    rng = np.random.default_rng(seed)
    predictions, errors = rng.normal(0, 5, n), rng.uniform(0.5, 2, n)
    return predictions + errors * rng.normal(size=n), predictions, errors


def factor(targets, predictions, errors, coverage):
    scores = sorted(abs(t - p) / e for t, p, e in zip(targets, predictions, errors, strict=True))
    needed = (len(scores) + 1) * coverage
    # The smallest score that at least the needed number of scores do not exceed.
    return next((s for i, s in enumerate(scores) if i + 1 >= needed), math.inf)


@pytest.mark.parametrize("coverage", [0.5, 0.83, 0.937])
@pytest.mark.parametrize("n", [1, 7, 60])
def test_matches_counting(n, coverage):
    data = samples(n, n)
    model = ConformalRegressor()
    model.calibrate(*data)
    _, predictions, errors = samples(n + 1, 5)
    copies = (predictions.copy(), errors.copy())
    lower, upper = model.intervals(predictions, errors, coverage)
    assert all((a == b).all() for a, b in zip((predictions, errors), copies, strict=True))
    want = factor(*(part.tolist() for part in data), coverage)
    assert lower.tolist() == pytest.approx((predictions - want * errors).tolist(), rel=1e-9)
    assert upper.tolist() == pytest.approx((predictions + want * errors).tolist(), rel=1e-9)


def calibrated(scores):
    model = ConformalRegressor()
    model.calibrate(np.array(scores), np.zeros(len(scores)), np.ones(len(scores)))
    return model


def test_by_hand():
    model = ConformalRegressor()
    model.calibrate(np.array([5.0, 9.0, 1.0]), np.array([4.0, 3.0, 5.0]), np.array([1.0, 2.0, 2.0]))
    # Scores 1, 3, 2; half of four is the second.
    lower, upper = model.intervals(np.array([10.0, 0.0]), np.array([1.0, 3.0]), 0.5)
    assert (lower.tolist(), upper.tolist()) == ([8.0, -6.0], [12.0, 6.0])
    assert model.intervals(np.zeros(1), np.ones(1), 0.51)[1].tolist() == [3.0]
    assert model.intervals(np.zeros(1), np.ones(1), 0.75)[1].tolist() == [3.0]
    assert model.intervals(np.zeros(1), np.ones(1), 0.1)[1].tolist() == [1.0]


def test_too_few_samples():
    lower, upper = calibrated([1.0, 2.0, 3.0]).intervals(np.array([1.0]), np.array([2.0]), 0.76)
    assert (lower.tolist(), upper.tolist()) == ([-math.inf], [math.inf])
    lower, upper = ConformalRegressor().intervals(np.array([1.0]), np.array([2.0]), 0.3)
    assert (lower.tolist(), upper.tolist()) == ([-math.inf], [math.inf])


def test_calibration_goes_on():
    model = calibrated([4.0, 1.0])
    assert model.intervals(np.zeros(1), np.ones(1), 0.5)[1].tolist() == [4.0]
    model.calibrate(np.array([-2.0, 3.0, -0.5]), np.zeros(3), np.ones(3))
    assert model.intervals(np.zeros(1), np.ones(1), 0.5)[1].tolist() == [2.0]


@pytest.mark.parametrize("coverage", [0.0, 1.0, -0.5, 1.5])
def test_errors(coverage):
    with pytest.raises(ValueError):
        calibrated([1.0]).intervals(np.zeros(1), np.ones(1), coverage)
