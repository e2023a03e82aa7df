import math

import numpy as np
import pandas as pd
import pytest
from solution import largest_gap, subgroup_rates

NAN = math.nan


def by_hand(frame, group, min_rows):
    result = {}
    rows = list(zip(frame[group], frame["label"], frame["predicted"], strict=True))
    for name in sorted({g for g, _, _ in rows if isinstance(g, str)}):
        own = [(y, p) for g, y, p in rows if g == name]
        negatives, positives = [p for y, p in own if y == 0], [1 - p for y, p in own if y == 1]
        if len(own) >= min_rows:
            result[name] = [
                len(own),
                sum(p for _, p in own) / len(own),
                sum(negatives) / len(negatives) if negatives else NAN,
                sum(positives) / len(positives) if positives else NAN,
            ]
    return result


def check(got, want):
    assert got.columns.tolist() == ["rows", "positive_rate", "fpr", "fnr"]
    assert got.index.tolist() == list(want)
    if want:
        assert got["rows"].dtype.kind == "i"
    for row, values in zip(got.to_numpy(), want.values(), strict=True):
        assert row.tolist() == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(("n", "min_rows"), [(10, 1), (60, 8), (200, 30)])
def test_rates_match_plain_loops(n, min_rows):
    rng = np.random.default_rng(n)
    frame = pd.DataFrame(
        {
            "region": rng.choice(["south", "north", "east", "west", None], size=n, p=[0.3, 0.3, 0.2, 0.1, 0.1]),
            "predicted": rng.integers(0, 2, size=n),
            "label": (rng.random(n) < 0.3).astype(np.int64),
        },
        index=rng.permutation(n) // 2,
    )
    before = frame.copy()
    got = subgroup_rates(frame, "region", min_rows)
    pd.testing.assert_frame_equal(frame, before)
    check(got, by_hand(frame, "region", min_rows))


def table(*rows):
    return pd.DataFrame(rows, columns=["sex", "label", "predicted"])


def test_rates_by_hand():
    frame = table(("m", 0, 1), ("m", 0, 0), ("m", 1, 1), ("m", 0, 0), ("f", 1, 0), ("f", 1, 1), ("f", 0, 0))
    check(subgroup_rates(frame, "sex"), {"f": [3, 1 / 3, 0.0, 0.5], "m": [4, 0.5, 1 / 3, 0.0]})


def test_subgroups_with_one_label_only():
    frame = table(("b", 0, 1), ("a", 1, 0))
    check(subgroup_rates(frame, "sex"), {"a": [1, 0.0, NAN, 1.0], "b": [1, 1.0, 1.0, NAN]})


def test_small_and_missing_subgroups():
    frame = table(("a", 0, 1), ("b", 1, 1), ("b", 0, 0), (None, 0, 1), (None, 0, 1))
    check(subgroup_rates(frame, "sex"), {"a": [1, 1.0, 1.0, NAN], "b": [2, 0.5, 0.0, 0.0]})
    check(subgroup_rates(frame, "sex", 2), {"b": [2, 0.5, 0.0, 0.0]})
    check(subgroup_rates(frame, "sex", 3), {})


def rates(**values):
    return pd.DataFrame({"fpr": list(values.values())}, index=list(values))


def test_gap_by_hand():
    assert tuple(largest_gap(rates(a=0.25, b=0.75, c=0.5), "fpr")) == (0.5, "b", "a")


def test_gap_without_missing_values():
    assert tuple(largest_gap(rates(a=NAN, b=0.5, c=0.125, d=NAN), "fpr")) == (0.375, "b", "c")


def test_equal_values():
    assert tuple(largest_gap(rates(a=0.5, b=0.5), "fpr")) == (0.0, "a", "a")
    assert tuple(largest_gap(rates(a=0.5, b=0.75, c=0.5, d=0.75), "fpr")) == (0.25, "b", "a")


def test_too_few_subgroups():
    for values in ({"a": 0.5}, {"a": 0.5, "b": NAN}, {}):
        with pytest.raises(ValueError):
            largest_gap(rates(**values), "fpr")


def test_from_table_to_gap():
    frame = table(("m", 1, 0), ("f", 1, 1), ("m", 0, 1), ("x", 0, 0))
    assert tuple(largest_gap(subgroup_rates(frame, "sex"), "fnr")) == (1.0, "m", "f")
