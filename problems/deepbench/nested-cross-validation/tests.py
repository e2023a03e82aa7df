import math
import statistics

import numpy as np
import pytest
from solution import knn_predict, nested_accuracy


def predict_by_hand(train, labels, row, k):
    columns = list(zip(*train, strict=True))
    stds = [statistics.pstdev(column) or 1.0 for column in columns]
    scaled = sorted(
        (math.hypot(*((a - b) / s for a, b, s in zip(row, other, stds, strict=True))), label)
        for other, label in zip(train, labels, strict=True)
    )
    votes = [label for _, label in scaled[:k]]
    return min(set(votes), key=lambda label: (-votes.count(label), label))


def right_by_hand(x, y, rows, folds, fold, k):
    train = [i for i in rows if folds[i] != fold]
    x_train, y_train = [x[i] for i in train], [y[i] for i in train]
    return sum(predict_by_hand(x_train, y_train, x[i], k) == y[i] for i in rows if folds[i] == fold)


def nested_by_hand(x, y, outer, inner, ks):
    x, y, outer, inner = x.tolist(), y.tolist(), outer.tolist(), inner.tolist()
    right, chosen = 0, {}
    for fold in set(outer):
        rows = [i for i in range(len(y)) if outer[i] != fold]
        parts = {inner[i] for i in rows}
        scores = {k: sum(right_by_hand(x, y, rows, inner, part, k) for part in parts) for k in ks}
        chosen[fold] = min(ks, key=lambda k: (-scores[k], k))
        right += right_by_hand(x, y, range(len(y)), outer, fold, chosen[fold])
    return right / len(y), chosen


def table(seed, n, n_classes):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, size=n)
    x = rng.normal(size=(n, 3)) * [1.0, 30.0, 0.1] + np.outer(y, [0.8, 15.0, 0.0]) + 5
    return x, y, rng.permutation(n) % 3 * 4 - 1, rng.permutation(n) % 2


@pytest.mark.parametrize(("n", "n_classes", "k"), [(12, 2, 1), (15, 3, 4), (20, 4, 20)])
def test_predictions_match_plain_loops(n, n_classes, k):
    x, y = table(n, n, n_classes)[:2]
    new = x[:6] + np.random.default_rng(0).normal(size=(6, 3)) * [1.0, 30.0, 0.1]
    got = knn_predict(x, y, new, k)
    assert got.dtype.kind == "i"
    assert got.tolist() == [predict_by_hand(x.tolist(), y.tolist(), row, k) for row in new.tolist()]


def test_prediction_by_hand():
    # Standardised, the second feature matters as much as the first.
    x, y = np.array([[0.0, 0.0], [1.0, 1000.0], [0.2, 1100.0]]), np.array([3, 5, 7])
    assert knn_predict(x, y, np.array([[0.9, 300.0], [0.1, 900.0]]), 1).tolist() == [5, 7]


def test_vote_ties_go_to_the_smallest_label():
    x = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert knn_predict(x, np.array([9, 2, 9, 2]), np.array([[0.1]]), 4).tolist() == [2]


def test_constant_features():
    x = np.array([[5.0, 0.0], [5.0, 4.0]])
    assert knn_predict(x, np.array([1, 0]), np.array([[7.0, 1.0], [5.0, 3.0]]), 1).tolist() == [1, 0]


@pytest.mark.parametrize(("n", "n_classes", "ks"), [(15, 2, [3, 1]), (24, 3, [6, 2, 4, 1]), (30, 2, [6, 1, 3])])
def test_nested_matches_plain_loops(n, n_classes, ks):
    x, y, outer, inner = table(n, n, n_classes)
    before = x.copy()
    accuracy, chosen = nested_accuracy(x, y, outer, inner, ks)
    np.testing.assert_array_equal(x, before)
    want, want_chosen = nested_by_hand(x, y, outer, inner, ks)
    assert isinstance(accuracy, float)
    assert accuracy == pytest.approx(want)
    assert {int(fold): int(k) for fold, k in chosen.items()} == want_chosen


def test_of_equally_good_k_the_smallest():
    x = np.concatenate([np.arange(8.0), 100 + np.arange(8.0)])[:, None]
    y, outer, inner = np.array([0] * 8 + [1] * 8), np.array([0, 1] * 8), np.array([0, 0, 1, 1] * 4)
    accuracy, chosen = nested_accuracy(x, y, outer, inner, [2, 1])
    assert accuracy == 1.0
    assert chosen == {0: 1, 1: 1}
