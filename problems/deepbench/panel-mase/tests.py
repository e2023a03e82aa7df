import math

import numpy as np
import pytest
from solution import panel_mase


def by_hand(histories, actual, forecast, season):
    result = []
    for history, truth, guess in zip(histories, actual.tolist(), forecast.tolist(), strict=True):
        values = [float(v) for v in history]
        naive = [abs(values[t] - values[t - season]) for t in range(season, len(values))]
        naive = [v for v in naive if not math.isnan(v)]
        errors = [abs(a - f) for a, f in zip(truth, guess, strict=True) if not math.isnan(a)]
        if naive and sum(naive) > 0 and errors:
            result.append((sum(errors) / len(errors)) / (sum(naive) / len(naive)))
        else:
            result.append(math.nan)
    known = [v for v in result if v == v]
    return (sum(known) / len(known) if known else math.nan), result


def check(histories, actual, forecast, season, rel=1e-9):
    before = [h.copy() for h in histories], actual.copy(), forecast.copy()
    overall, each = panel_mase(histories, actual, forecast, season)
    for old, new in zip(before[0], histories, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(actual, before[1])
    np.testing.assert_array_equal(forecast, before[2])
    want, want_each = by_hand(histories, actual, forecast, season)
    assert isinstance(overall, float)
    assert overall == pytest.approx(want, rel=rel, nan_ok=True)
    assert each.dtype == np.float64
    assert each.tolist() == pytest.approx(want_each, rel=rel, nan_ok=True)


@pytest.mark.parametrize("season", [1, 2, 7])
@pytest.mark.parametrize(("n_series", "horizon"), [(1, 1), (6, 4), (20, 9)])
def test_matches_plain_loops(n_series, horizon, season):
    rng = np.random.default_rng(n_series + season)
    histories = [rng.normal(size=rng.integers(0, 30)) * 10.0 ** rng.integers(-2, 4) for _ in range(n_series)]
    for history in histories:
        history[rng.random(len(history)) < 0.2] = np.nan
    actual, forecast = rng.normal(size=(2, n_series, horizon)) * 5
    actual[rng.random(actual.shape) < 0.3] = np.nan
    check(histories, actual, forecast, season)


def test_by_hand():
    histories = [np.array([1.0, 3.0, 2.0, 4.0]), np.array([0.0, 10.0, 20.0])]
    actual = np.array([[5.0, 5.0], [30.0, np.nan]])
    forecast = np.array([[4.0, 7.0], [25.0, 99.0]])
    # Scales 5/3 and 10; errors 1.5 and 5.
    overall, each = panel_mase(histories, actual, forecast)
    assert each.tolist() == pytest.approx([0.9, 0.5])
    assert overall == pytest.approx(0.7)
    # With season 2: |2 - 1|, |4 - 3| and |20 - 0|.
    assert panel_mase(histories, actual, forecast, 2)[1].tolist() == pytest.approx([1.5, 0.25])


def test_missing_history_values_break_both_their_pairs():
    history = np.array([1.0, np.nan, 4.0, 6.0, np.nan])
    # Season 1: only 4 -> 6. Season 2: 1 -> 4. Dropping NaN before taking differences would pair 1 with 4.
    actual, forecast = np.array([[1.0]]), np.array([[7.0]])
    assert panel_mase([history], actual, forecast, 1)[0] == pytest.approx(3.0)
    assert panel_mase([history], actual, forecast, 2)[0] == pytest.approx(2.0)


def test_series_without_a_figure_are_left_out():
    histories = [
        np.array([]),
        np.array([4.0]),
        np.array([2.0, 2.0, 2.0]),
        np.array([np.nan, 1.0, np.nan]),
        np.array([0.0, 1.0]),
        np.array([0.0, 2.0]),
    ]
    actual, forecast = np.ones((6, 2)), np.zeros((6, 2))
    actual[4] = np.nan
    overall, each = panel_mase(histories, actual, forecast)
    assert each.tolist() == pytest.approx([math.nan] * 5 + [0.5], nan_ok=True)
    assert overall == pytest.approx(0.5)


@pytest.mark.parametrize("season", [3, 4, 5, 9])
def test_histories_no_longer_than_the_season(season):
    histories = [np.array([1.0, 2.0, 4.0, 8.0])]
    overall, each = panel_mase(histories, np.array([[1.0]]), np.array([[3.0]]), season)
    want = 2 / 7 if season == 3 else math.nan
    assert overall == pytest.approx(want, nan_ok=True)
    assert each.tolist() == pytest.approx([want], nan_ok=True)


def test_perfect_forecasts_and_no_series():
    histories = [np.array([1.0, 2.0]), np.array([5.0, 1.0])]
    overall, each = panel_mase(histories, np.ones((2, 3)), np.ones((2, 3)))
    assert overall == 0.0
    assert each.tolist() == [0.0, 0.0]
    overall, each = panel_mase([], np.zeros((0, 3)), np.zeros((0, 3)))
    assert math.isnan(overall)
    assert each.shape == (0,)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32])
def test_other_dtypes(dtype):
    history = np.array([200, 100, 250, 3]).astype(dtype)
    # A scale of float32 values may be computed in float32.
    check([history], np.array([[7.0, 9.0]]), np.array([[8.0, 1.0]]), 1, 1e-6)


def test_large_values_in_float32():
    history = (1e7 + np.arange(200) % 3).astype(np.float32)
    check([history], np.array([[1e7 + 1.0]]), np.array([[1e7 + 2.5]]), 1, 1e-6)


@pytest.mark.parametrize(
    ("count", "actual_shape", "forecast_shape", "season"),
    [
        (2, (2, 3), (2, 3), 0),
        (2, (2, 3), (2, 3), -1),
        (3, (2, 3), (2, 3), 1),
        (2, (2, 3), (2, 1), 1),
        (2, (2, 3), (1, 3), 1),
    ],
)
def test_errors(count, actual_shape, forecast_shape, season):
    with pytest.raises(ValueError):
        panel_mase([np.arange(4.0)] * count, np.ones(actual_shape), np.ones(forecast_shape), season)
