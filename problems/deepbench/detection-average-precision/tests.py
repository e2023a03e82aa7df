import copy
import math
import random

import numpy as np
import pytest
from solution import average_precision


def iou(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return width * height / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height)


def found(*rows):
    """Detections of one image from rows (box, score, label)."""
    return {
        "boxes": np.array([r[0] for r in rows], dtype=np.float64).reshape(-1, 4),
        "scores": np.array([r[1] for r in rows], dtype=np.float64),
        "labels": np.array([r[2] for r in rows], dtype=np.int64),
    }


def truth(*rows):
    """Objects of one image from rows (box, label, ignore)."""
    return {
        "boxes": np.array([r[0] for r in rows], dtype=np.float64).reshape(-1, 4),
        "labels": np.array([r[1] for r in rows], dtype=np.int64),
        "ignore": np.array([r[2] for r in rows], dtype=bool),
    }


def by_hand(detections, truths, label, threshold):
    queue = []
    for image, d in enumerate(detections):
        for row in range(len(d["scores"])):
            if d["labels"][row] == label:
                queue.append((image, d["boxes"][row].tolist(), float(d["scores"][row])))
    queue.sort(key=lambda entry: -entry[2])
    objects = [
        (image, t["boxes"][row].tolist(), bool(t["ignore"][row]))
        for image, t in enumerate(truths)
        for row in range(len(t["labels"]))
        if t["labels"][row] == label
    ]
    total = sum(not ignore for _, _, ignore in objects)
    taken, outcomes = set(), []
    for image, box, _ in queue:
        best, best_iou = None, -1.0
        for k, (place, other, ignore) in enumerate(objects):
            if place == image and not ignore and k not in taken and iou(box, other) > best_iou:
                best, best_iou = k, iou(box, other)
        if best is not None and best_iou >= threshold:
            taken.add(best)
            outcomes.append(1)
        elif not any(place == image and ignore and iou(box, other) >= threshold for place, other, ignore in objects):
            outcomes.append(0)
    precisions = [sum(outcomes[: i + 1]) / (i + 1) for i in range(len(outcomes))]
    return sum(max(precisions[i:]) for i, hit in enumerate(outcomes) if hit) / total


def scene(seed, n_images, n_labels, levels):
    rng = random.Random(seed)
    detections, truths = [], []
    for _ in range(n_images):
        objects, answers = [], []
        for _ in range(rng.choice([0, 1, 3, 5])):
            x, y = rng.uniform(0, 25), rng.uniform(0, 25)
            box = [x, y, x + rng.uniform(4, 15), y + rng.uniform(4, 15)]
            label = rng.randrange(n_labels)
            objects.append((box, label, rng.random() < 0.25))
            for _ in range(rng.choice([0, 1, 1, 2, 3])):
                shifted = [v + rng.uniform(-1.5, 1.5) for v in box]
                other = label if rng.random() < 0.85 else rng.randrange(n_labels)
                answers.append((shifted, rng.randrange(1, levels) / levels, other))
        for _ in range(rng.randrange(3)):
            answers.append(([1.0, 1.0, 9.0, 7.0], rng.randrange(1, levels) / levels, rng.randrange(n_labels)))
        rng.shuffle(answers)
        detections.append(found(*answers))
        truths.append(truth(*objects))
    return detections, truths


@pytest.mark.parametrize(
    ("n_images", "n_labels", "levels", "thresholds"),
    [
        (1, 1, 1000, (0.3, 0.6, 0.9)),
        (6, 2, 1000, (0.5,)),
        (8, 4, 1000, (0.5,)),
        (6, 2, 5, (0.3, 0.6, 0.9)),
    ],
)
def test_matches_plain_loops(n_images, n_labels, levels, thresholds):
    for seed in range(2):
        detections, truths = scene(seed + 10 * n_images, n_images, n_labels, levels)
        before = copy.deepcopy((detections, truths))
        got = average_precision(detections, truths, thresholds)
        for old, new in zip(before[0] + before[1], detections + truths, strict=True):
            for key, value in old.items():
                np.testing.assert_array_equal(new[key], value)
        labels = {int(v) for t in truths for v, ignore in zip(t["labels"], t["ignore"], strict=True) if not ignore}
        assert set(got["ap"]) == labels
        values = []
        for label in labels:
            want = [by_hand(detections, truths, label, threshold) for threshold in thresholds]
            assert list(got["ap"][label]) == pytest.approx(want, rel=1e-9)
            values += want
        if values:
            assert got["map"] == pytest.approx(sum(values) / len(values), rel=1e-9)
        else:
            assert math.isnan(got["map"])


def test_boxes_in_units_of_the_image():
    # IoU has no unit: boxes in shares of the image's side give the same figures as boxes in pixels.
    detections, truths = scene(5, 8, 2, 1000)
    want = average_precision(detections, truths)
    for entry in detections + truths:
        entry["boxes"] = entry["boxes"] / 64
    assert average_precision(detections, truths) == want


BOX, FAR = [0.0, 0.0, 4.0, 4.0], [20.0, 20.0, 24.0, 24.0]


def test_interpolated_precision_by_hand():
    # In order of score: miss, hit, miss, hit, with three objects. Precisions 0, 1/2, 1/3, 1/2.
    detections = [found((FAR, 0.9, 1), (BOX, 0.8, 1)), found(([9.0, 9.0, 11.0, 11.0], 0.7, 1), (BOX, 0.6, 1))]
    truths = [truth((BOX, 1, False)), truth((BOX, 1, False), (FAR, 1, False))]
    got = average_precision(detections, truths)
    assert got["ap"] == {1: [pytest.approx(1 / 3), pytest.approx(1 / 3)]}
    assert got["map"] == pytest.approx(1 / 3)


def test_default_thresholds():
    # IoU 0.6: enough for 0.5 only.
    got = average_precision([found(([0.0, 0.0, 10.0, 6.0], 0.9, 0))], [truth(([0.0, 0.0, 10.0, 10.0], 0, False))])
    assert got["ap"] == {0: [1.0, 0.0]}
    assert got["map"] == pytest.approx(0.5)


def test_iou_equal_to_the_threshold_is_enough():
    half = found(([0.0, 0.0, 4.0, 2.0], 0.9, 0))
    assert average_precision([half], [truth((BOX, 0, False))], (0.5,))["map"] == 1.0
    # And for ignored objects: the detection does not count.
    truths = [truth((BOX, 0, True), (FAR, 0, False))]
    assert average_precision([found(([0.0, 0.0, 4.0, 2.0], 0.9, 0), (FAR, 0.5, 0))], truths, (0.5,))["map"] == 1.0


def test_second_detection_of_an_object_is_a_false_positive():
    detections = [found((BOX, 0.9, 0), (BOX, 0.8, 0), (FAR, 0.7, 0))]
    truths = [truth((BOX, 0, False), (FAR, 0, False))]
    assert average_precision(detections, truths, (0.5,))["map"] == pytest.approx((1 + 2 / 3) / 2)


def test_a_taken_object_leaves_the_next_best():
    # Both detections overlap the first object most; the second one still takes the other object.
    near = [0.0, 0.0, 4.0, 3.0]
    detections = [found((BOX, 0.9, 0), (BOX, 0.8, 0))]
    assert average_precision(detections, [truth((BOX, 0, False), (near, 0, False))], (0.5,))["map"] == 1.0


def test_equally_good_objects_go_by_index():
    # The first detection overlaps both objects alike (1/2). Taking the first one leaves the second for the other.
    left, right = [0.0, 0.0, 2.0, 2.0], [2.0, 0.0, 4.0, 2.0]
    detections = [found(([0.0, 0.0, 4.0, 2.0], 0.9, 0), (right, 0.8, 0))]
    assert average_precision(detections, [truth((left, 0, False), (right, 0, False))], (0.5,))["map"] == 1.0
    got = average_precision(detections, [truth((right, 0, False), (left, 0, False))], (0.5,))
    assert got["map"] == pytest.approx(0.5)


def test_equal_scores_go_by_image_then_index():
    truths = [truth((FAR, 0, False)), truth((BOX, 0, False))]
    late_miss = [found((FAR, 0.5, 0)), found((BOX, 0.5, 0), (FAR, 0.5, 0))]
    early_miss = [found((BOX, 0.5, 0), (FAR, 0.5, 0)), found((BOX, 0.5, 0))]
    assert average_precision(late_miss, truths, (0.5,))["map"] == 1.0
    assert average_precision(early_miss, truths, (0.5,))["map"] == pytest.approx(2 / 3)


def test_ignored_objects_take_any_number_of_detections():
    truths = [truth((BOX, 0, True), (FAR, 0, False))]
    detections = [found((BOX, 0.9, 0), (BOX, 0.8, 0), (FAR, 0.7, 0))]
    assert average_precision(detections, truths, (0.5,))["map"] == 1.0
    # A counted object comes before an ignored one, even with less overlap.
    truths = [truth((BOX, 0, True), ([0.0, 0.0, 4.0, 3.0], 0, False))]
    assert average_precision([found((BOX, 0.9, 0))], truths, (0.5,))["map"] == 1.0


def test_ignored_objects_of_other_classes_and_images_do_not_help():
    truths = [truth((BOX, 1, True), (FAR, 0, False)), truth((BOX, 0, True))]
    detections = [found((BOX, 0.9, 0), (FAR, 0.8, 0)), found()]
    got = average_precision(detections, truths, (0.5,))
    assert got["ap"] == {0: [pytest.approx(0.5)]}


def test_classes_without_counted_objects_are_left_out():
    truths = [truth((BOX, 0, False), (FAR, 7, True))]
    detections = [found((BOX, 0.9, 0), (FAR, 0.8, 7), (FAR, 0.8, 3))]
    assert average_precision(detections, truths, (0.5,)) == {"map": 1.0, "ap": {0: [1.0]}}


def test_missed_classes_count_as_zero():
    got = average_precision([found((BOX, 0.9, 0))], [truth((BOX, 0, False), (FAR, 2, False))])
    assert got == {"map": 0.5, "ap": {0: [1.0, 1.0], 2: [0.0, 0.0]}}


def test_nothing_to_find():
    for detections, truths in [([], []), ([found((BOX, 0.9, 0))], [truth()]), ([found()], [truth((BOX, 0, True))])]:
        got = average_precision(detections, truths)
        assert got["ap"] == {}
        assert math.isnan(got["map"])


def test_different_lengths_are_refused():
    with pytest.raises(ValueError):
        average_precision([found()], [truth(), truth()])
