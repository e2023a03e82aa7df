import math
import random

import pandas as pd
import pytest
from solution import catalogue_report, item_popularity


def table(*pairs):
    return pd.DataFrame(pairs, columns=["user", "item"])


def gini(counts):
    """Half of the relative mean difference, over all pairs."""
    differences = sum(abs(x - y) for x in counts for y in counts)
    return differences / (2 * len(counts) * sum(counts))


def test_popularity_by_hand():
    log = table(("u", "a"), ("u", "a"), ("v", "a"), ("v", "gone"), ("w", "gone"), ("v", "c"))
    got = item_popularity(log, ["c", "a", "b"])
    assert got.index.tolist() == ["c", "a", "b"]
    assert got.tolist() == pytest.approx([2 / 4, 3 / 4, 1 / 4])


def test_popularity_of_a_random_log():
    rng = random.Random(0)
    catalogue = [f"i{i}" for i in range(12)]
    rng.shuffle(catalogue)
    log = table(*[(rng.randrange(9), f"i{rng.randrange(15)}") for _ in range(60)])
    before = log.copy()
    got = item_popularity(log, catalogue)
    pd.testing.assert_frame_equal(log, before)
    rows = set(zip(log["user"], log["item"], strict=True))
    users = len({user for user, _ in rows})
    assert got.index.tolist() == catalogue
    assert got.tolist() == pytest.approx([(sum(i == item for _, i in rows) + 1) / (users + 1) for item in catalogue])


def test_report_by_hand():
    popularity = pd.Series([0.5, 0.25, 0.125, 1.0], index=["a", "b", "c", "d"])
    got = catalogue_report([["a", "b"], ["a"], ["a"]], popularity)
    # Counts 0, 0, 1, 3: (-3 * 0 - 1 * 0 + 1 * 1 + 3 * 3) / (4 * 4).
    assert got == pytest.approx({"coverage": 0.5, "novelty": (1 + 2 + 1 + 1) / 4, "gini": 10 / 16})
    assert all(isinstance(value, float) for value in got.values())


@pytest.mark.parametrize(("items", "users", "longest"), [(1, 3, 2), (10, 20, 4), (30, 15, 6)])
def test_reports_match_plain_loops(items, users, longest):
    rng = random.Random(items)
    names = [f"i{i}" for i in range(items)]
    popularity = pd.Series([rng.randrange(1, 20) / 20 for _ in names], index=names)
    recommended = [rng.choices(names, k=rng.randrange(longest)) for _ in range(users)] + [[names[0]]]
    before = [list(row) for row in recommended]
    got = catalogue_report(recommended, popularity)
    assert recommended == before
    flat = [item for row in recommended for item in row]
    want = {
        "coverage": len(set(flat)) / items,
        "novelty": sum(-math.log2(popularity[item]) for item in flat) / len(flat),
        "gini": gini([flat.count(name) for name in names]),
    }
    assert got == pytest.approx(want, abs=1e-12)


def test_even_recommendations():
    popularity = pd.Series([0.5, 0.5], index=["a", "b"])
    assert catalogue_report([["b"], ["a"]], popularity) == pytest.approx({"coverage": 1.0, "novelty": 1.0, "gini": 0.0})


def test_no_recommendations():
    got = catalogue_report([[], []], pd.Series([0.5], index=["a"]))
    assert got == pytest.approx({"coverage": 0.0, "novelty": math.nan, "gini": math.nan}, nan_ok=True)


def test_from_log_to_report():
    popularity = item_popularity(table(("u", "a"), ("v", "b"), ("w", "a")), ["a", "b", "c"])
    got = catalogue_report([["c"], ["b"]], popularity)
    assert got == pytest.approx({"coverage": 2 / 3, "novelty": 1.5, "gini": 1 / 3})
