import numpy as np
import pytest
from solution import class_weights


@pytest.mark.parametrize(("n", "n_classes"), [(1, 1), (10, 3), (200, 7)])
def test_matches_plain_counting(n, n_classes):
    rng = np.random.default_rng(n)
    labels = np.concatenate([np.arange(n_classes), rng.integers(0, n_classes, n)])
    rng.shuffle(labels)
    got = class_weights(labels, n_classes)
    listed = labels.tolist()
    assert got.dtype == np.float64
    want = [len(listed) / (n_classes * listed.count(c)) for c in range(n_classes)]
    assert got.tolist() == pytest.approx(want, rel=1e-12)


def test_by_hand():
    assert class_weights(np.array([0, 0, 0, 1]), 2).tolist() == pytest.approx([4 / 6, 2.0])
    assert class_weights(np.array([2, 1, 0, 1]), 3).tolist() == pytest.approx([4 / 3, 2 / 3, 4 / 3])


def test_the_mean_weight_of_the_samples_is_one():
    labels = np.concatenate([np.arange(5), np.random.default_rng(3).integers(0, 5, 70)])
    assert class_weights(labels, 5)[labels].mean() == pytest.approx(1.0)
