import numpy as np
import pytest
from solution import lift_table


def by_hand(scores, labels, n_slices):
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    rows, found = [], 0
    for s in range(n_slices):
        size = len(scores) // n_slices + (s < len(scores) % n_slices)
        part, order = order[:size], order[size:]
        positives = sum(int(labels[i]) for i in part)
        found += positives
        share = sum(labels.tolist()) / len(labels)
        rows.append([size, positives, positives / size / share, found / sum(labels.tolist())])
    return rows


@pytest.mark.parametrize(
    ("n", "n_slices", "levels"), [(1, 1, 3), (10, 10, 100), (47, 5, 4), (200, 7, 1000), (60, 3, 2)]
)
def test_matches_plain_loops(n, n_slices, levels):
    rng = np.random.default_rng(n)
    scores, labels = rng.integers(0, levels, size=n) / levels, rng.integers(0, 2, size=n)
    labels[-1] = 1
    before = scores.copy(), labels.copy()
    got = lift_table(scores, labels, n_slices)
    np.testing.assert_array_equal(scores, before[0])
    np.testing.assert_array_equal(labels, before[1])
    assert got.columns.tolist() == ["rows", "positives", "lift", "captured"]
    assert got.index.tolist() == list(range(1, n_slices + 1))
    assert [got[name].dtype.kind for name in got] == ["i", "i", "f", "f"]
    np.testing.assert_allclose(got.to_numpy(), by_hand(scores, labels, n_slices), rtol=1e-9)


def test_by_hand():
    got = lift_table(np.array([0.1, 0.9, 0.5, 0.7, 0.3]), np.array([0, 1, 1, 0, 0]), 2)
    # Slices 0.9, 0.7, 0.5 and 0.3, 0.1.
    assert got["rows"].tolist() == [3, 2]
    assert got["positives"].tolist() == [2, 0]
    assert got["lift"].tolist() == pytest.approx([(2 / 3) / 0.4, 0.0])
    assert got["captured"].tolist() == pytest.approx([1.0, 1.0])


def test_equal_scores_stay_in_order():
    labels = (np.arange(40) < 10).astype(np.int64)
    got = lift_table(np.full(40, 0.5), labels, 4)
    assert got["positives"].tolist() == [10, 0, 0, 0]


def test_ten_is_the_default():
    assert lift_table(np.arange(20.0), np.ones(20, dtype=np.int64))["lift"].tolist() == pytest.approx([1.0] * 10)


def test_no_positive():
    with pytest.raises(ValueError):
        lift_table(np.array([0.1, 0.2]), np.zeros(2, dtype=np.int64), 1)
