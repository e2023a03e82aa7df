import math
import random

import pandas as pd
import pytest
from solution import join_features


def features_of(rows, names=("x",)):
    return pd.DataFrame(rows, columns=["entity", "observed", "available", *names])


def tables(seed, n_events, n_rows):
    rng = random.Random(seed)
    events = pd.DataFrame(
        {
            "note": [rng.random() for _ in range(n_events)],
            "entity": [rng.choice("abcz") for _ in range(n_events)],
            "time": [rng.randrange(60) for _ in range(n_events)],
        },
        index=rng.sample(range(99), n_events),
    )
    keys = {(rng.choice("abc"), rng.randrange(0, 50, 5), rng.randrange(1, 25)) for _ in range(n_rows)}
    rows = [(e, t, t + lag, rng.choice([float("nan"), rng.random()]), rng.random()) for e, t, lag in sorted(keys)]
    rng.shuffle(rows)
    features = features_of(rows, ("x", "y"))
    return events, features.set_axis([i // 2 for i in range(len(rows))])


def same(got, want):
    return math.isnan(got) if math.isnan(want) else got == want


@pytest.mark.parametrize(("seed", "n_events", "n_rows", "max_age"), [(1, 1, 5, 100), (2, 14, 40, 20), (3, 10, 60, 9)])
def test_matches_plain_loops(seed, n_events, n_rows, max_age):
    events, features = tables(seed, n_events, n_rows)
    before = events.copy(), features.copy()
    got = join_features(events, features, ["y", "x"], max_age)
    pd.testing.assert_frame_equal(events, before[0])
    pd.testing.assert_frame_equal(features, before[1])
    assert got.columns.tolist() == ["note", "entity", "time", "y", "x", "age"]
    pd.testing.assert_frame_equal(got[["note", "entity", "time"]], events)
    assert {str(got[name].dtype) for name in ("x", "y", "age")} == {"float64"}
    rows = list(features.itertuples(index=False, name=None))
    nan = float("nan")
    for (_, entity, time), *new in zip(
        events.itertuples(index=False, name=None), got["y"], got["x"], got["age"], strict=True
    ):
        usable = [r for r in rows if r[0] == entity and r[2] <= time and time - r[1] <= max_age]
        best = max(usable, key=lambda r: (r[1], r[2]), default=None)
        want = (nan, nan, nan) if best is None else (best[4], best[3], float(time - best[1]))
        assert all(same(a, b) for a, b in zip(new, want, strict=True))


def ask(times, rows, max_age=100):
    events = pd.DataFrame({"entity": ["a"] * len(times), "time": times})
    got = join_features(events, features_of(rows), ["x"], max_age)
    return [None if x != x else (x, age) for x, age in zip(got["x"], got["age"], strict=True)]


def test_a_correction_counts_once_it_is_available():
    rows = [("a", 10, 30, 2.0), ("a", 10, 12, 1.0), ("a", 5, 40, 9.0)]
    assert ask([11, 12, 29, 30, 50], rows) == [None, (1.0, 2.0), (1.0, 19.0), (2.0, 20.0), (2.0, 40.0)]


def test_late_news_of_an_older_time_do_not_replace_newer():
    rows = [("a", 20, 21, 5.0), ("a", 10, 25, 7.0)]
    assert ask([22, 26], rows) == [(5.0, 2.0), (5.0, 6.0)]


def test_the_greatest_age_itself_is_allowed():
    rows = [("a", 10, 11, 3.0), ("b", 14, 15, 4.0)]
    assert ask([15, 16], rows, 5) == [(3.0, 5.0), None]


def test_a_missing_value_is_not_filled_from_older_rows():
    got = ask([30], [("a", 10, 11, 3.0), ("a", 20, 21, float("nan"))])
    assert got == [None]
