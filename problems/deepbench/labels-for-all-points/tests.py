import numpy as np
import pytest
from solution import spread_labels


def by_hand(points, kept, labels, k):
    result = []
    for point in points.tolist():
        distances = [sum((a - b) ** 2 for a, b in zip(point, other, strict=True)) for other in kept.tolist()]
        nearest = sorted(range(len(kept)), key=lambda i: distances[i])[:k]
        votes = [int(labels[i]) for i in nearest]
        result.append(min(set(votes), key=lambda label: (-votes.count(label), label)))
    return result


@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 1), (20, 8, 1), (30, 10, 4), (15, 6, 6), (25, 40, 7)])
def test_matches_plain_loops(n, m, k):
    rng = np.random.default_rng(n)
    points, kept, labels = rng.normal(size=(n, 3)), rng.normal(size=(m, 3)), rng.integers(0, 4, m)
    got = spread_labels(points, kept, labels, k)
    assert got.dtype == np.int64
    assert got.tolist() == by_hand(points, kept, labels, k)


def test_by_hand():
    kept = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [5.0, 0.0, 0.0], [9.0, 0.0, 0.0]])
    labels = np.array([3, 7, 7, 1])
    points = np.array([[0.1, 0.0, 0.0], [8.0, 0.0, 0.0], [0.4, 2.0, 2.0]])
    assert spread_labels(points, kept, labels, 1).tolist() == [3, 1, 3]
    # Two votes that differ: the lower label.
    assert spread_labels(points, kept, labels, 2).tolist() == [3, 1, 3]
    assert spread_labels(points, kept, labels, 3).tolist() == [7, 7, 7]


def test_all_coordinates_count():
    kept = np.array([[0.0, 0.0, 9.0], [3.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    assert spread_labels(np.zeros((1, 3)), kept, np.array([0, 1, 2]), 1).tolist() == [1]
    assert spread_labels(np.array([[0.0, 0.0, 6.0]]), kept, np.array([0, 1, 2]), 1).tolist() == [0]
