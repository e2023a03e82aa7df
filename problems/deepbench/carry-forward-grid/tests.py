import numpy as np
import pytest
from solution import carry_forward


def by_hand(times, values, start, step, size, max_age):
    n, sensors = values.shape
    rows = {"values": [], "known": [], "age": []}
    for i in range(size):
        now = start + i * step
        value, known, age = [0.0] * sensors, [False] * sensors, [float(max_age)] * sensors
        for f in range(sensors):
            past = [(times[r], r) for r in range(n) if times[r] <= now and values[r, f] == values[r, f]]
            if past and now - max(past)[0] <= max_age:
                time, row = max(past)
                value[f], known[f], age[f] = float(values[row, f]), True, float(now - time)
        rows["values"].append(value)
        rows["known"].append(known)
        rows["age"].append(age)
    return rows


@pytest.mark.parametrize(
    ("n", "sensors", "span", "start", "step", "size", "max_age"),
    [(1, 1, 5, 0, 1, 8, 3), (30, 3, 60, -10, 7, 12, 9), (50, 2, 20, 0, 2, 15, 0), (40, 4, 1000, 50, 100, 12, 10**6)],
)
def test_matches_plain_loops(n, sensors, span, start, step, size, max_age):
    rng = np.random.default_rng(n)
    times, values = rng.integers(0, span, n), rng.normal(size=(n, sensors))
    values[rng.random(values.shape) < 0.4] = np.nan
    before = times.copy(), values.copy()
    got = carry_forward(times, values, start, step, size, max_age)
    np.testing.assert_array_equal(times, before[0])
    np.testing.assert_array_equal(values, before[1])
    want = by_hand(times, values, start, step, size, max_age)
    assert [got[key].dtype for key in ("values", "known", "age")] == [np.float32, np.bool_, np.float32]
    assert got["known"].tolist() == want["known"]
    np.testing.assert_allclose(got["values"], want["values"], rtol=1e-6)
    np.testing.assert_array_equal(got["age"], want["age"])


def test_sensors_by_hand():
    times = np.array([12, 3, 5])
    values = np.array([[7.0, np.nan], [1.0, 2.0], [np.nan, 4.0]])
    got = carry_forward(times, values, 0, 5, 4, 8)
    assert got["values"].tolist() == [[0, 0], [1, 4], [1, 4], [7, 0]]
    assert got["known"].tolist() == [[False, False], [True, True], [True, True], [True, False]]
    assert got["age"].tolist() == [[8, 8], [2, 0], [7, 5], [3, 8]]


def test_the_last_row_counts_at_the_same_time():
    times = np.zeros(30, dtype=np.int64)
    values = np.arange(30.0)[:, None]
    values[29] = np.nan
    assert carry_forward(times, values, 0, 1, 1, 0)["values"].tolist() == [[28.0]]


def test_later_readings_are_not_seen():
    got = carry_forward(np.array([4]), np.array([[9.0]]), 0, 2, 4, 1)
    assert got["values"][:, 0].tolist() == [0, 0, 9, 0]


def test_nothing_read_and_nothing_asked():
    got = carry_forward(np.zeros(0, dtype=np.int64), np.zeros((0, 2)), 0, 1, 3, 5)
    assert not got["known"].any()
    assert got["age"].tolist() == [[5.0, 5.0]] * 3
    assert carry_forward(np.array([1]), np.array([[1.0]]), 0, 1, 0, 5)["values"].shape == (0, 1)
