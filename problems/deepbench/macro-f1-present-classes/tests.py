import numpy as np
import pytest
from solution import macro_f1


def by_hand(y_true, y_pred, num_classes):
    pairs = list(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    scores = []
    for c in range(num_classes):
        tp = sum(t == c and p == c for t, p in pairs)
        fp = sum(t != c and p == c for t, p in pairs)
        fn = sum(t == c and p != c for t, p in pairs)
        if tp + fp + fn:
            scores.append(2 * tp / (2 * tp + fp + fn))
    return sum(scores) / len(scores)


@pytest.mark.parametrize(("n", "num_classes"), [(1, 2), (7, 3), (40, 5), (30, 60), (200, 4)])
def test_matches_plain_loops(n, num_classes):
    rng = np.random.default_rng(n)
    y_true = rng.integers(0, num_classes, size=n)
    y_pred = np.where(rng.random(n) < 0.5, y_true, rng.integers(0, num_classes, size=n))
    got = macro_f1(y_true, y_pred, num_classes)
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(y_true, y_pred, num_classes), rel=1e-9)


def test_by_hand():
    # Class 0: tp 2, fp 1, fn 0: 4/5. Class 1: tp 1, fp 0, fn 1: 2/3.
    assert macro_f1(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 2) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_rare_classes_weigh_as_much_as_common_ones():
    y_true = np.array([0] * 98 + [1, 2])
    assert macro_f1(y_true, np.zeros(100, dtype=np.int64), 3) == pytest.approx(2 * 98 / (2 * 98 + 2) / 3)


def test_absent_classes_are_left_out():
    labels = np.array([3, 3, 5])
    assert macro_f1(labels, labels, 10) == pytest.approx(1.0)


def test_classes_in_only_one_of_the_arrays_count_as_zero():
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 0, 2]), 4) == pytest.approx(1 / 3)


def test_the_last_class_counts():
    assert macro_f1(np.array([0, 1]), np.array([1, 1]), 2) == pytest.approx(1 / 3)


def test_all_wrong():
    assert macro_f1(np.array([0, 1]), np.array([1, 0]), 2) == 0.0


def test_shapes_must_agree():
    with pytest.raises(ValueError):
        macro_f1(np.array([0, 1]), np.array([0]), 2)
