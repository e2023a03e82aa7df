import math

import numpy as np
import pytest
from solution import PanopticQuality


def by_hand(images):
    """From sets of pixels, all pairs compared."""
    ious, fps, fns = {}, {}, {}
    for predicted, predicted_segments, true, true_segments in images:
        p = {i: set(np.flatnonzero(predicted == i).tolist()) for i in predicted_segments}
        t = {j: set(np.flatnonzero(true == j).tolist()) for j in true_segments}
        void = set(np.flatnonzero(true == 0).tolist())
        pairs = {}
        for i in p:
            for j in t:
                iou = len(p[i] & t[j]) / len((p[i] - void) | t[j])
                if predicted_segments[i] == true_segments[j] and iou > 0.5:
                    pairs[i, j] = iou
                    ious.setdefault(true_segments[j], []).append(iou)
        for i in p:
            if i not in [a for a, _ in pairs] and len(p[i] & void) <= len(p[i]) / 2:
                fps[predicted_segments[i]] = fps.get(predicted_segments[i], 0) + 1
        for j in t:
            if j not in [b for _, b in pairs]:
                fns[true_segments[j]] = fns.get(true_segments[j], 0) + 1
    result = {}
    for c in {*ious, *fps, *fns}:
        tp = len(ious.get(c, []))
        sq = sum(ious[c]) / tp if tp else 0.0
        rq = tp / (tp + fps.get(c, 0) / 2 + fns.get(c, 0) / 2)
        result[c] = {"pq": sq * rq, "sq": sq, "rq": rq}
    return result


def image(seed, shape, n_categories):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 5, size=(2, 3)).repeat(shape[0], axis=0).repeat(shape[1], axis=1)
    predicted = np.where(rng.random(true.shape) < 0.8, true * 7, rng.integers(0, 5, size=true.shape) * 7)
    categories = rng.integers(0, n_categories, size=5).tolist()
    true_segments = {int(j): categories[j] for j in np.unique(true) if j}
    predicted_segments = {int(i): categories[i // 7] if rng.random() < 0.8 else 0 for i in np.unique(predicted) if i}
    return predicted, predicted_segments, true, true_segments


def gather(images):
    quality = PanopticQuality()
    for entry in images:
        quality.update(*entry)
    return quality.compute()


def check(got, want):
    assert set(got["categories"]) == set(want)
    for category, entry in want.items():
        assert got["categories"][category] == pytest.approx(entry, rel=1e-9)
    assert got["pq"] == pytest.approx(sum(entry["pq"] for entry in want.values()) / len(want), rel=1e-9)


@pytest.mark.parametrize(("n", "shape", "n_categories"), [(1, (3, 3), 2), (4, (2, 3), 3), (6, (4, 4), 5)])
def test_matches_sets_of_pixels(n, shape, n_categories):
    images = [image(seed, shape, n_categories) for seed in range(n)]
    before = [(entry[0].copy(), entry[2].copy()) for entry in images]
    got = gather(images)
    for entry, (predicted, true) in zip(images, before, strict=True):
        np.testing.assert_array_equal(entry[0], predicted)
        np.testing.assert_array_equal(entry[2], true)
    check(got, by_hand(images))


def row(*ids):
    return np.array([ids])


def test_by_hand():
    # Segment 1: IoU 3/4. Segment 2 is found as another category.
    got = gather([(row(1, 1, 1, 2, 2), {1: 8, 2: 9}, row(5, 5, 5, 5, 6), {5: 8, 6: 8})])
    assert got["categories"][8] == pytest.approx({"sq": 0.75, "rq": 1 / 1.5, "pq": 0.5})
    assert got["categories"][9] == {"sq": 0.0, "rq": 0.0, "pq": 0.0}
    assert got["pq"] == pytest.approx(0.25)


def test_half_is_not_a_match():
    got = gather([(row(1, 1, 0, 0), {1: 3}, row(2, 2, 2, 2), {2: 3})])
    assert got["categories"][3] == {"sq": 0.0, "rq": 0.0, "pq": 0.0}


def test_void_pixels_do_not_belong_to_the_union():
    got = gather([(row(1, 1, 1, 1, 1), {1: 3}, row(0, 0, 2, 2, 2), {2: 3})])
    assert got["categories"][3] == pytest.approx({"sq": 1.0, "rq": 1.0, "pq": 1.0})


def test_predictions_on_void():
    nothing = gather([(row(1, 1, 1, 0), {1: 3}, row(0, 0, 2, 2), {2: 4})])
    assert set(nothing["categories"]) == {4}
    half = gather([(row(1, 1, 0, 0), {1: 3}, row(0, 2, 2, 2), {2: 4})])
    assert set(half["categories"]) == {3, 4}


def test_images_are_counted_together():
    good = (row(1, 1), {1: 3}, row(1, 1), {1: 3})
    missed = (row(0, 0), {}, row(1, 1), {1: 3})
    quality = PanopticQuality()
    quality.update(*good)
    assert quality.compute()["pq"] == pytest.approx(1.0)
    quality.update(*missed)
    quality.update(*good)
    assert quality.compute()["categories"] == {3: pytest.approx({"sq": 1.0, "rq": 0.8, "pq": 0.8})}


def test_nothing_seen():
    got = gather([(row(0, 0), {}, row(0, 0), {})])
    assert got["categories"] == {}
    assert math.isnan(got["pq"])
