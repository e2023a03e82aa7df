import math
import random

import pandas as pd
import pytest
from solution import add_history


def table(seed, n, names):
    rng = random.Random(seed)
    rows = [(rng.choice(names), time, round(rng.uniform(-5, 5), 3)) for time in rng.sample(range(-50, 100), n)]
    return pd.DataFrame(rows, columns=["series", "time", "value"], index=rng.sample(range(1000), n))


def same(got, want):
    return all(math.isnan(a) if b is None else a == pytest.approx(b, abs=1e-9) for a, b in zip(got, want, strict=True))


@pytest.mark.parametrize(("seed", "n", "lags", "window"), [(1, 1, [1], 2), (2, 12, [2, 1], 3), (3, 30, [1, 7], 1)])
def test_matches_plain_loops(seed, n, lags, window):
    frame = table(seed, n, ["a", "b", "c"])
    before = frame.copy()
    got = add_history(frame, lags, window)
    pd.testing.assert_frame_equal(frame, before)
    columns = [f"lag_{k}" for k in lags] + ["rolling_mean"]
    assert got.columns.tolist() == ["series", "time", "value", *columns]
    pd.testing.assert_frame_equal(got[["series", "time", "value"]], frame)
    assert [str(got[c].dtype) for c in columns] == ["float64"] * len(columns)
    rows = list(frame.itertuples(index=False, name=None))
    want = {c: [] for c in columns}
    for series, time, _ in rows:
        past = [v for t, v in sorted((t, v) for s, t, v in rows if s == series and t < time)]
        for k in lags:
            want[f"lag_{k}"].append(past[-k] if len(past) >= k else None)
        recent = past[-window:]
        want["rolling_mean"].append(sum(recent) / len(recent) if recent else None)
    assert all(same(got[c].tolist(), want[c]) for c in columns)


def test_by_hand():
    frame = pd.DataFrame(
        {"series": ["x", "y", "x", "x", "y"], "time": [3, 1, 1, 2, 2], "value": [30.0, 5.0, 10.0, 20.0, 6.0]}
    )
    got = add_history(frame, [1, 2], 2)
    assert same(got["lag_1"], [20.0, None, None, 10.0, 5.0])
    assert same(got["lag_2"], [10.0, None, None, None, None])
    assert same(got["rolling_mean"], [15.0, None, None, 10.0, 5.0])


def test_a_rows_own_value_and_later_ones_do_not_matter():
    frame = table(4, 9, ["a"])
    changed = frame.copy()
    latest = frame["time"].to_numpy().argsort()[-2:]
    changed.iloc[latest, 2] = 999.0
    first, second = add_history(frame, [1], 4), add_history(changed, [1], 4)
    keep = [i for i in range(9) if i != latest[-1]]
    pd.testing.assert_frame_equal(first.iloc[keep, 3:], second.iloc[keep, 3:])
