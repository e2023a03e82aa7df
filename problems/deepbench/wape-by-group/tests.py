import math

import numpy as np
import pandas as pd
import pytest
from solution import wape_by_group

NAN = math.nan


def by_hand(frame, by):
    result = {}
    for group in sorted(set(frame[by])):
        rows = [(a, f) for a, f, g in zip(frame["actual"], frame["forecast"], frame[by], strict=True) if g == group]
        error = sum(abs(a - f) for a, f in rows if a == a)
        size = sum(abs(a) for a, _ in rows if a == a)
        result[group] = error / size if size else NAN
    return result


def check(got, want):
    assert got.name == "wape"
    assert got.index.tolist() == list(want)
    assert got.tolist() == pytest.approx(list(want.values()), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(("n", "n_groups"), [(1, 1), (30, 4), (200, 11)])
def test_matches_plain_loops(n, n_groups):
    rng = np.random.default_rng(n)
    frame = pd.DataFrame(
        {
            "store": rng.integers(0, n_groups, size=n),
            "actual": rng.normal(size=n) * 10,
            "forecast": rng.normal(size=n) * 10,
        },
        index=rng.permutation(n) // 2,
    )
    frame.loc[rng.random(n) < 0.1, "actual"] = NAN
    before = frame.copy()
    got = wape_by_group(frame, "store")
    pd.testing.assert_frame_equal(frame, before)
    check(got, by_hand(frame, "store"))


def table(*rows):
    return pd.DataFrame(rows, columns=["sku", "actual", "forecast"])


def test_by_hand():
    frame = table(("b", 10.0, 12.0), ("a", 1.0, 3.0), ("a", 99.0, 99.0), ("b", 10.0, 6.0))
    check(wape_by_group(frame, "sku"), {"a": 0.02, "b": 0.3})


def test_missing_actual_values_count_for_nothing():
    frame = table(("a", 4.0, 5.0), ("a", NAN, 1000.0))
    check(wape_by_group(frame, "sku"), {"a": 0.25})


def test_groups_without_a_figure_are_kept():
    frame = table(("c", 2.0, 1.0), ("b", NAN, 1.0), ("a", 0.0, 1.0), ("d", 0.0, 0.0))
    check(wape_by_group(frame, "sku"), {"a": NAN, "b": NAN, "c": 0.5, "d": NAN})


def test_zero_sales_count_where_the_group_has_others():
    check(wape_by_group(table(("a", 0.0, 1.0), ("a", 4.0, 4.0)), "sku"), {"a": 0.25})


def test_negative_values():
    check(wape_by_group(table(("a", -4.0, 2.0), ("a", 4.0, 2.0)), "sku"), {"a": 1.0})


def test_a_small_group():
    check(wape_by_group(table(("a", 0.25, 0.5)), "sku"), {"a": 1.0})
