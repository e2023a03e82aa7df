import random
import statistics

import numpy as np
import pandas as pd
import pytest
from solution import TableEncoder


def table(seed, n):
    rng = random.Random(seed)
    return pd.DataFrame(
        {
            "rooms": [rng.choice([1, 2, 3]) for _ in range(n)],
            "noise": [rng.random() for _ in range(n)],
            "area": [rng.choice([None, rng.gauss(80, 30)]) for _ in range(n)],
            "city": pd.Series([rng.choice(["Rome", "Oslo", "Bonn", "Lima", None]) for _ in range(n)], dtype=object),
            "kind": pd.Series([rng.choice(["flat", "house"]) for _ in range(n)], dtype=object),
        }
    )


def ids_by_hand(values, min_count):
    common = {v for v in values if v is not None and values.count(v) >= min_count}
    ordered = sorted(sorted(common), key=lambda v: -values.count(v))
    return {v: i + 1 for i, v in enumerate(ordered)}


@pytest.mark.parametrize(("seed", "n", "min_count"), [(1, 30, 2), (2, 25, 7), (3, 6, 1)])
def test_matches_plain_columns(seed, n, min_count):
    train, new = table(seed, n), table(seed + 10, 12).set_index(pd.Index(range(50, 62)))
    copies = train.copy(), new.copy()
    encoder = TableEncoder(["area", "rooms"], ["kind", "city"], min_count)
    encoder.fit(train)
    got = encoder.transform(new)
    pd.testing.assert_frame_equal(train, copies[0])
    pd.testing.assert_frame_equal(new, copies[1])
    assert set(got) == {"numeric", "missing", "categorical"}
    assert [got[key].dtype for key in ("numeric", "missing", "categorical")] == [np.float32, np.float32, np.int64]
    assert [got[key].shape for key in ("numeric", "missing", "categorical")] == [(12, 2)] * 3
    for f, name in enumerate(["area", "rooms"]):
        old = [None if v != v else v for v in train[name].tolist()]
        median = statistics.median([v for v in old if v is not None])
        filled = [median if v is None else v for v in old]
        mean, std = statistics.fmean(filled), statistics.pstdev(filled)
        for row, value in enumerate(new[name].tolist()):
            known = median if value != value else value
            assert got["numeric"][row, f] == pytest.approx((known - mean) / std, rel=1e-4, abs=1e-5)
            assert got["missing"][row, f] == (value != value)
    sizes = []
    for c, name in enumerate(["kind", "city"]):
        ids = ids_by_hand(train[name].tolist(), min_count)
        sizes.append(len(ids) + 1)
        assert got["categorical"][:, c].tolist() == [ids.get(v, 0) for v in new[name]]
    assert encoder.sizes() == sizes


def frame(numbers, words):
    return pd.DataFrame({"x": numbers, "w": pd.Series(words, dtype=object)})


def test_by_hand():
    encoder = TableEncoder(["x"], ["w"])
    encoder.fit(frame([1.0, np.nan, 3.0, 11.0], ["b", "a", "b", "a"]))
    assert encoder.sizes() == [3]
    # The median is 3, so the column is 1, 3, 3, 11: mean 4.5, variance 14.75.
    got = encoder.transform(frame([4.5, np.nan], ["b", "new"]))
    assert got["numeric"][:, 0].tolist() == pytest.approx([0.0, -1.5 / 14.75**0.5], rel=1e-5)
    assert got["missing"].tolist() == [[0.0], [1.0]]
    assert got["categorical"].tolist() == [[2], [0]]


def test_most_frequent_first_then_by_name():
    words = ["d", "c", "c", "a", "b", "b", "b", "a", None, None, None, None]
    encoder = TableEncoder(["x"], ["w"])
    encoder.fit(frame(range(12), words))
    got = encoder.transform(frame(range(6), ["b", "a", "c", "d", None, "zzz"]))
    assert got["categorical"][:, 0].tolist() == [1, 2, 3, 0, 0, 0]
    assert encoder.sizes() == [4]


def test_transform_learns_nothing():
    encoder = TableEncoder(["x"], ["w"])
    encoder.fit(frame([0.0, 2.0], ["a", "a"]))
    for _ in range(2):
        got = encoder.transform(frame([100.0, 3.0], ["b", "b"]))
        assert got["numeric"][:, 0].tolist() == pytest.approx([99.0, 2.0])
        assert got["categorical"][:, 0].tolist() == [0, 0]
    assert encoder.sizes() == [2]


def test_columns_without_values_or_spread():
    train = pd.DataFrame({"x": [np.nan, np.nan], "y": [4, 4], "w": pd.Series([None, None], dtype=object)})
    encoder = TableEncoder(["x", "y"], ["w"])
    encoder.fit(train)
    new = pd.DataFrame({"x": [2.5, np.nan], "y": [4, 6], "w": pd.Series(["a", None], dtype=object)})
    got = encoder.transform(new)
    assert got["numeric"].tolist() == [[2.5, 0.0], [0.0, 2.0]]
    assert got["missing"].tolist() == [[0.0, 0.0], [1.0, 0.0]]
    assert got["categorical"].tolist() == [[0], [0]]
    assert encoder.sizes() == [1]
