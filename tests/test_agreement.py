"""Agreement of raters: against published examples and other libraries, and honest where nothing can be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepbench_core import agreement

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four observers, twelve units.
TWELVE = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]
# Cohen's kappa of Fleiss, Levin & Paik 2003, table 18.1: 100 patients, three diagnoses.
FLEISS = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])


def spread(table: np.ndarray) -> tuple[list[int], list[int]]:
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [i for i, _ in pairs], [j for _, j in pairs]


def test_alpha_of_krippendorffs_own_example() -> None:
    found = agreement.krippendorff_alpha(TWELVE)
    assert found.value == pytest.approx(0.743, abs=5e-4)
    assert found.n == 11
    assert found.low < found.value < found.high <= 1


def test_kappa_of_fleiss_own_example() -> None:
    a, b = spread(FLEISS)
    found = agreement.cohen(a, b)
    assert found.value == pytest.approx(0.676, abs=5e-4)
    assert found.n == 100
    assert (agreement.confusion(a, b, [0, 1, 2]) == FLEISS).all()
    # Their standard error by the delta method is 0.088; a percentile bootstrap comes close to it.
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.088, rel=0.2)


def test_specific_agreement_of_each_label() -> None:
    a, b = spread(FLEISS)
    found = {o.label: o for o in agreement.by_label(list(zip(a, b, strict=True)), [0, 1, 2, 3])}
    assert set(found) == {0, 1, 2}
    assert (found[1].both, found[1].one, found[1].given) == (4, 7, 15)
    assert found[1].agreement.value == pytest.approx(8 / 15)
    assert found[1].agreement.n == 11


def test_clusters_widen_the_interval() -> None:
    a, b = spread(FLEISS)
    order = np.random.default_rng(0).permutation(100)
    twins = [list(a) * 4, list(b) * 4]
    alone = agreement.cohen(*twins)
    together = agreement.cohen(*twins, clusters=[int(order[i % 100]) for i in range(400)])
    assert together.value == alone.value
    assert together.high - together.low > 1.6 * (alone.high - alone.low)


@pytest.mark.parametrize(("a", "b"), [([], []), (["x"], ["x"]), (["x", "x"], ["x", "x"]), (["x", None], [None, "y"])])
def test_nothing_is_claimed_where_chance_would_agree_too(a: list[str | None], b: list[str | None]) -> None:
    assert math.isnan(agreement.cohen(a, b).value)
    assert math.isnan(agreement.krippendorff_alpha(list(zip(a, b, strict=True))).value)
    assert agreement.in_words(agreement.cohen(a, b).value) == "undefined"


def test_perfect_agreement_on_few_items_is_not_certain() -> None:
    pairs = [("x", "x"), ("x", "x"), ("y", "y")]
    share, kappa = agreement.observed(pairs), agreement.cohen(["x", "x", "y"], ["x", "x", "y"])
    assert share.value == 1
    assert share.low == pytest.approx(0.438, abs=1e-3)  # Wilson for 3 of 3
    assert kappa.value == 1
    assert math.isnan(kappa.low)
    assert all(o.agreement.low < 1 for o in agreement.by_label(pairs, ["x", "y"]))


def test_the_same_figure_twice() -> None:
    assert agreement.krippendorff_alpha(TWELVE) == agreement.krippendorff_alpha(TWELVE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=3, max_size=12))
def test_kappa_and_alpha_know_perfect_and_reversed(pairs: list[tuple[str, str]]) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    kappa = agreement.cohen(a, b).value
    assert math.isnan(kappa) or kappa == pytest.approx(agreement.cohen(b, a).value)
    same = agreement.cohen(a, a).value
    assert same == pytest.approx(1.0) if len(set(a)) > 1 else math.isnan(same)
    share = agreement.observed(pairs).value
    assert share == pytest.approx(np.mean([x == y for x, y in pairs]))


@pytest.mark.parametrize(
    ("kappa", "words"),
    [(-0.1, "none"), (0.14, "slight"), (0.55, "moderate"), (0.61, "substantial"), (0.9, "almost perfect")],
)
def test_words_for_it(kappa: float, words: str) -> None:
    assert agreement.in_words(kappa) == words
