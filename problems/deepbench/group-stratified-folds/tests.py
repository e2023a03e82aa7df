import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from solution import assign_folds


def brute_force(labels, groups, n_folds):
    """The rule in exact arithmetic: the whole imbalance is recomputed for every candidate fold."""
    totals = Counter(labels)
    order = list(dict.fromkeys(groups))
    sizes = Counter(groups)
    fold_of = {}

    def imbalance():
        placed = Counter((fold_of[g], c) for c, g in zip(labels, groups, strict=True) if g in fold_of)
        return sum(
            (Fraction(placed[f, c], totals[c]) - Fraction(1, n_folds)) ** 2 for f in range(n_folds) for c in totals
        )

    for group in sorted(order, key=lambda g: (-sizes[g], order.index(g))):
        held = Counter(fold_of[g] for g in groups if g in fold_of)
        options = []
        for fold in range(n_folds):
            fold_of[group] = fold
            options.append((imbalance(), held[fold], fold))
        fold_of[group] = min(options)[2]
    return [fold_of[g] for g in groups]


def sample(seed, n, n_classes, n_groups):
    rng = random.Random(seed)
    own = {g: rng.randrange(n_classes) for g in range(n_groups)}
    weights = [1.0 / (1 + g) for g in range(n_groups)]
    groups = rng.choices(range(n_groups), weights=weights, k=n)
    labels = [own[g] if rng.random() < 0.6 else rng.randrange(n_classes) for g in groups]
    return labels, groups


@pytest.mark.parametrize(
    ("seed", "n", "n_classes", "n_groups", "n_folds"),
    [(1, 40, 2, 9, 3), (2, 60, 3, 14, 4), (3, 50, 4, 20, 2), (4, 30, 1, 12, 5), (5, 45, 3, 30, 3), (6, 70, 2, 11, 5)],
)
def test_matches_the_rule(seed, n, n_classes, n_groups, n_folds):
    labels, groups = sample(seed, n, n_classes, n_groups)
    got = assign_folds(labels, groups, n_folds)
    assert got.dtype == np.int64
    assert got.shape == (n,)
    assert got.tolist() == brute_force(labels, groups, n_folds)


def test_strings_and_interleaved_groups():
    labels = ["cat", "dog", "cat", "dog", "cat", "cat", "dog", "dog", "cat", "dog"]
    groups = ["p3", "p1", "p3", "p2", "p4", "p1", "p3", "p5", "p2", "p4"]
    assert assign_folds(labels, groups, 3).tolist() == brute_force(labels, groups, 3)


def test_large_groups_go_first_and_classes_stay_balanced():
    # Taken in the input's order, the small groups would fill the folds before the large ones come.
    labels = [0, 1, 0, 1] + [0] * 4 + [1] * 4 + [0] * 4 + [1] * 4
    groups = ["a", "a", "b", "b"] + ["c"] * 4 + ["d"] * 4 + ["e"] * 4 + ["f"] * 4
    folds = assign_folds(labels, groups, 2)
    for fold in range(2):
        assert sorted(np.array(labels)[folds == fold].tolist()) == [0] * 5 + [1] * 5
    by_group = dict(zip(groups, folds.tolist(), strict=True))
    assert [by_group[g] for g in "cdefab"] == [0, 1, 1, 0, 0, 1]


def test_tie_goes_to_the_fold_with_fewer_samples():
    # Class 2 is in no fold yet, so all three tie on imbalance; fold 2 holds the fewest samples.
    labels = [0] * 5 + [0] * 4 + [1] * 3 + [2] * 2
    groups = ["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d"] * 2
    assert assign_folds(labels, groups, 3).tolist() == [0] * 5 + [1] * 4 + [2] * 5
    # Of two folds with equally few samples, the lower index.
    assert assign_folds([0, 1, 2], ["a", "b", "c"], 2).tolist() == [0, 1, 0]


def test_equal_groups_in_order_of_their_first_sample():
    labels = [0, 1, 1, 0, 2, 2]
    groups = [9, 4, 9, 4, 7, 7]
    assert assign_folds(labels, groups, 3).tolist() == [0, 1, 0, 1, 2, 2]


def test_class_shares_count_not_class_sizes():
    # A rare class weighs as much as a frequent one.
    labels = [0] * 40 + [0] * 30 + [1] * 2 + [1] * 2
    groups = [0] * 40 + [1] * 28 + [2] * 2 + [1, 1] + [3, 3]
    assert assign_folds(labels, groups, 2).tolist() == brute_force(labels, groups, 2)


def test_every_fold_gets_a_group_and_no_group_is_cut():
    labels, groups = sample(11, 300, 3, 6)
    assert len(set(groups)) == 6
    folds = assign_folds(labels, groups, 6).tolist()
    assert set(folds) == set(range(6))
    assert len(set(zip(groups, folds, strict=True))) == 6


def test_errors():
    with pytest.raises(ValueError):
        assign_folds([0, 1, 0], ["a", "b"], 2)
    with pytest.raises(ValueError):
        assign_folds([0, 1, 0], ["a", "b", "c"], 1)
    with pytest.raises(ValueError):
        assign_folds([0, 1, 0, 1], ["a", "b", "a", "b"], 3)
