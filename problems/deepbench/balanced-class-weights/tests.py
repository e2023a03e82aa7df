import numpy as np
import pytest
from solution import class_weights


@pytest.mark.parametrize(("n", "n_classes"), [(1, 1), (10, 3), (200, 7), (30, 40)])
def test_matches_plain_counting(n, n_classes):
    labels = np.random.default_rng(n).integers(0, n_classes, n)
    got = class_weights(labels, n_classes)
    listed = labels.tolist()
    different = len(set(listed))
    want = [n / (different * listed.count(c)) if c in listed else 0.0 for c in range(n_classes)]
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx(want, rel=1e-12)


def test_by_hand():
    assert class_weights(np.array([0, 0, 0, 1]), 2).tolist() == pytest.approx([4 / 6, 2.0])


def test_absent_classes_weigh_nothing_and_do_not_count():
    got = class_weights(np.array([1, 3, 3, 3]), 5)
    assert got.tolist() == pytest.approx([0.0, 2.0, 0.0, 4 / 6, 0.0])
    assert class_weights(np.array([2, 2]), 4).tolist() == [0.0, 0.0, 1.0, 0.0]


def test_the_mean_weight_of_the_samples_is_one():
    labels = np.random.default_rng(3).integers(0, 5, 77)
    assert class_weights(labels, 9)[labels].mean() == pytest.approx(1.0)
