import math
import statistics

import numpy as np
import pytest
from solution import OnlineForecaster


def simulated(rows, values, horizon, lr):
    """Everything anew at each time, from the whole past, in plain Python."""
    n_features = len(rows[0])
    weight, bias, forecasts, used, errors = [0.0] * n_features, 0.0, [], [], []
    for t, value in enumerate(values):
        made = t - horizon
        if made >= 0 and not math.isnan(value):
            errors.append(abs(forecasts[made] - value))
            error = sum(w * z for w, z in zip(weight, used[made], strict=True)) + bias - value
            weight = [w - lr * 2 * error * z for w, z in zip(weight, used[made], strict=True)]
            bias -= lr * 2 * error
        z = []
        for f in range(n_features):
            past = [row[f] for row in rows[: t + 1]]
            std = statistics.pstdev(past)
            z.append((past[-1] - statistics.mean(past)) / std if std >= 1e-8 else 0.0)
        used.append(z)
        forecasts.append(sum(w * v for w, v in zip(weight, z, strict=True)) + bias)
    return forecasts, weight, bias, statistics.mean(errors) if errors else math.nan


def make_series(seed, n, n_features, gaps=0.0):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, n_features)) * 3 + rng.normal(size=n_features) * 5
    values = rows.sum(axis=1) * 0.3 + rng.normal(size=n)
    values[rng.random(n) < gaps] = np.nan
    return rows, values


@pytest.mark.parametrize(("n", "n_features", "horizon", "gaps"), [(12, 2, 1, 0.0), (14, 3, 4, 0.3)])
def test_matches_a_simulation(n, n_features, horizon, gaps):
    rows, values = make_series(n, n, n_features, gaps)
    before = rows.copy()
    forecaster = OnlineForecaster(n_features, horizon, 0.05)
    got = [forecaster.step(row, float(value)) for row, value in zip(rows, values, strict=True)]
    forecasts, weight, bias, error = simulated(rows.tolist(), values.tolist(), horizon, 0.05)
    assert got == pytest.approx(forecasts, rel=1e-8, abs=1e-10)
    assert all(isinstance(forecast, float) for forecast in got)
    assert forecaster.weight.tolist() == pytest.approx(weight, rel=1e-8, abs=1e-10)
    assert forecaster.bias == pytest.approx(bias, rel=1e-8)
    assert forecaster.mean_absolute_error() == pytest.approx(error, rel=1e-8)
    np.testing.assert_array_equal(rows, before)


def test_by_hand():
    forecaster = OnlineForecaster(1, 2, 0.25)
    assert forecaster.step(np.array([1.0]), 100.0) == 0.0
    assert forecaster.step(np.array([3.0]), 100.0) == 0.0
    assert math.isnan(forecaster.mean_absolute_error())
    # The forecast of time 0 (z = 0) gets its value 4: error -4, so the bias becomes 0.25 * 2 * 4.
    assert forecaster.step(np.array([2.0]), 4.0) == pytest.approx(2.0)
    assert forecaster.mean_absolute_error() == pytest.approx(4.0)
    # That of time 1 (z = 1, forecast 0) gets its value 3: the error is now -1.
    forecaster.step(np.array([2.0]), 3.0)
    assert forecaster.weight.tolist() == pytest.approx([0.5])
    assert forecaster.bias == pytest.approx(2.5)
    assert forecaster.mean_absolute_error() == pytest.approx(3.5)


def test_a_start_without_targets():
    forecaster = OnlineForecaster(3, 2, 0.1)
    assert forecaster.weight.tolist() == [0.0, 0.0, 0.0]
    assert forecaster.weight.dtype == np.float64
    assert forecaster.bias == 0.0
    assert math.isnan(forecaster.mean_absolute_error())
    forecaster.step(np.zeros(3), 5.0)
    forecaster.step(np.ones(3), 5.0)
    assert forecaster.bias == 0.0


def test_missing_values_teach_nothing():
    forecaster = OnlineForecaster(1, 1, 0.5)
    for feature in (1.0, 2.0, 4.0):
        assert forecaster.step(np.array([feature]), math.nan) == 0.0
    assert math.isnan(forecaster.mean_absolute_error())
    forecaster.step(np.array([1.0]), 3.0)
    # Time 2 made the forecast: its features 4 lie above the mean 7/3.
    z = (4 - 7 / 3) / statistics.pstdev([1, 2, 4])
    assert forecaster.weight.tolist() == pytest.approx([3 * z])
    assert forecaster.bias == pytest.approx(3.0)


def test_constant_features_count_as_zero():
    forecaster = OnlineForecaster(2, 1, 0.1)
    for k in range(5):
        forecaster.step(np.array([0.1, float(k)]), 2.0)
    assert forecaster.weight[0] == 0.0
    assert forecaster.weight[1] > 0


def test_a_small_spread_is_not_constant():
    forecaster = OnlineForecaster(2, 1, 0.5)
    for features in ([0.0, 0.0], [3e-8, 1e-8]):
        forecaster.step(np.array(features), 0.0)
    forecaster.step(np.array([0.0, 0.0]), 1.0)
    # The standard deviations were 1.5e-8 and 0.5e-8.
    assert forecaster.weight.tolist() == pytest.approx([1.0, 0.0])


def test_large_means_and_single_precision():
    rows = np.array([[1e7 + k % 3] for k in range(8)], dtype=np.float32)
    values = [float(k % 3) for k in range(8)]
    forecaster = OnlineForecaster(1, 3, 0.1)
    got = [forecaster.step(row, value) for row, value in zip(rows, values, strict=True)]
    assert got == pytest.approx(simulated(rows.tolist(), values, 3, 0.1)[0], rel=1e-5, abs=1e-8)


def test_features_may_be_overwritten_afterwards():
    forecaster, rows = OnlineForecaster(1, 1, 0.5), [1.0, 3.0]
    buffer = np.zeros(1)
    for value in rows:
        buffer[0] = value
        forecaster.step(buffer, 0.0)
    buffer[0] = 77.0
    forecaster.step(np.array([2.0]), 1.0)
    assert forecaster.weight.tolist() == pytest.approx([1.0])


@pytest.mark.parametrize("horizon", [0, -2])
def test_impossible_horizons_are_refused(horizon):
    with pytest.raises(ValueError):
        OnlineForecaster(2, horizon, 0.1)
