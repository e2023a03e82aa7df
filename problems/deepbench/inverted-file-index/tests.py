import numpy as np
import pytest
from solution import ItemIndex


def distance(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


def by_hand(centroids, items, query, k, n_probe, exclude):
    """Search over a plain dict of items."""

    def order(vector):
        return sorted(range(len(centroids)), key=lambda c: (distance(centroids[c], vector), c))

    probed = order(query)[:n_probe]
    near = [(distance(v, query), i) for i, v in items.items() if order(v)[0] in probed and i not in exclude]
    return [(i, d) for d, i in sorted(near)[:k]]


def whole(rng, *shape):
    """Small whole numbers: distances are exact, and ties are common."""
    return rng.integers(-3, 4, shape).astype(np.float64)


def plain(found):
    return [(int(i), float(d)) for i, d in found]


@pytest.mark.parametrize(("c", "d", "n"), [(1, 2, 6), (4, 2, 30), (5, 3, 40)])
def test_matches_a_plain_search(c, d, n):
    rng = np.random.default_rng(c * d)
    centroids, vectors = whole(rng, c, d), whole(rng, n, d)
    ids = rng.permutation(100)[:n].tolist()
    index = ItemIndex(centroids)
    index.add(ids[: n // 2], vectors[: n // 2])
    index.add(ids[n // 2 :], vectors[n // 2 :])
    items = dict(zip(ids, vectors.tolist(), strict=True))
    assert sum(index.sizes()) == n
    for k, n_probe, excluded in [(1, 1, 0), (5, 2, 3), (100, 2, 0), (7, 99, 10)]:
        query, exclude = whole(rng, d), set(ids[:excluded])
        got = plain(index.search(query, k, n_probe, exclude))
        assert got == by_hand(centroids.tolist(), items, query.tolist(), k, n_probe, exclude)


def line(*values):
    return np.array(values, dtype=np.float64)[:, None]


def test_by_hand():
    index = ItemIndex(line(0, 10))
    index.add([7, 3, 5, 9], line(1, 4, 6, 12))
    assert index.sizes() == [2, 2]
    # Item 5 at 6 is the nearest to 4.9, but belongs to the other list.
    assert plain(index.search(np.array([4.5]), 1, 1, set())) == [(3, 0.25)]
    assert plain(index.search(np.array([4.5]), 3, 1, {3})) == [(7, 12.25)]
    assert plain(index.search(np.array([4.5]), 3, 2, {3})) == [(5, 2.25), (7, 12.25), (9, 56.25)]


def test_ties():
    index = ItemIndex(line(0, 4, 4))
    index.add([9, 2, 5], line(2, 3, 5))
    assert index.sizes() == [1, 2, 0]
    assert plain(index.search(np.array([4.0]), 2, 1, set())) == [(2, 1.0), (5, 1.0)]
    # The middle is as near to 0 as to 4.
    assert plain(index.search(np.array([2.0]), 5, 1, set())) == [(9, 0.0)]


def test_many_equal_centroids():
    places = np.random.default_rng(0).integers(0, 3, 200).tolist()
    index = ItemIndex(line(*places))
    index.add([8, 1, 5, 2], line(0, 1, 2, 1))
    sizes = [0] * 200
    for place in (0, 1, 2, 1):
        sizes[places.index(place)] += 1
    assert index.sizes() == sizes
    assert plain(index.search(np.ones(1), 5, 1, set())) == [(1, 0.0), (2, 0.0)]


def test_an_item_moves():
    index = ItemIndex(line(0, 10))
    index.add([1, 2], line(1, 2))
    index.add([2], line(9))
    assert index.sizes() == [1, 1]
    assert plain(index.search(np.array([9.0]), 5, 2, set())) == [(2, 0.0), (1, 64.0)]


def test_remove():
    index = ItemIndex(line(0, 10))
    index.add([1, 2, 3], line(1, 9, 11))
    index.remove(3)
    assert index.sizes() == [1, 1]
    for missing in (3, 4):
        with pytest.raises(KeyError):
            index.remove(missing)
    assert plain(index.search(np.array([11.0]), 5, 1, set())) == [(2, 4.0)]


def test_a_repeated_id_adds_nothing():
    index = ItemIndex(line(0, 10))
    index.add([1], line(3))
    with pytest.raises(ValueError):
        index.add([4, 1, 4], line(1, 9, 2))
    assert plain(index.search(np.array([0.0]), 5, 2, set())) == [(1, 9.0)]
    assert index.sizes() == [1, 0]
