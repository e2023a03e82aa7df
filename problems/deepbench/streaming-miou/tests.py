import math
from collections import Counter

import pytest
import torch
from solution import MeanIoU


def by_hand(pairs, num_classes, ignore_index):
    pairs = [(p, t) for p, t in pairs if t != ignore_index]
    both = Counter(t for p, t in pairs if p == t)
    either = Counter(c for pair in pairs for c in set(pair))
    iou = [both[c] / either[c] if either[c] else math.nan for c in range(num_classes)]
    known = [v for v in iou if v == v]
    return {
        "iou": iou,
        "miou": sum(known) / len(known) if known else math.nan,
        "accuracy": sum(p == t for p, t in pairs) / len(pairs) if pairs else math.nan,
    }


def check(got, pairs, num_classes, ignore_index=255):
    want = by_hand(pairs, num_classes, ignore_index)
    assert set(got) == set(want)
    assert list(got["iou"]) == pytest.approx(want["iou"], rel=1e-6, nan_ok=True)
    assert got["miou"] == pytest.approx(want["miou"], rel=1e-6, nan_ok=True)
    assert got["accuracy"] == pytest.approx(want["accuracy"], rel=1e-6, nan_ok=True)


def batch(seed, shape, num_classes, ignore_index, dtypes=(torch.int64, torch.int64), ignored=0.2):
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(0, num_classes, shape, generator=generator)
    wrong = torch.rand(shape, generator=generator) < 0.4
    predictions = torch.where(wrong, torch.randint(0, num_classes, shape, generator=generator), targets)
    targets[torch.rand(shape, generator=generator) < ignored] = ignore_index
    return predictions.to(dtypes[0]), targets.to(dtypes[1])


def pairs_of(*batches):
    return [pair for p, t in batches for pair in zip(p.flatten().tolist(), t.flatten().tolist(), strict=True)]


@pytest.mark.parametrize(("num_classes", "ignore_index"), [(1, 255), (4, -1), (5, 2), (5, 0)])
def test_unequal_batches(num_classes, ignore_index):
    metric = MeanIoU(num_classes, ignore_index)
    batches = [
        batch(1, (3, 8, 8), num_classes, ignore_index),
        batch(2, (1, 2, 3), num_classes, ignore_index, ignored=0.7),
        batch(3, (0, 4, 4), num_classes, ignore_index),
        batch(4, (25,), num_classes, ignore_index, ignored=0.0),
    ]
    for i, (predictions, targets) in enumerate(batches):
        before = (predictions.clone(), targets.clone())
        metric.update(predictions, targets)
        assert torch.equal(predictions, before[0])
        assert torch.equal(targets, before[1])
        check(metric.compute(), pairs_of(*batches[: i + 1]), num_classes, ignore_index)


@pytest.mark.parametrize(
    "dtypes",
    [
        (torch.uint8, torch.uint8),
        (torch.int64, torch.uint8),
        (torch.uint8, torch.int64),
        (torch.int16, torch.uint8),
        (torch.int32, torch.int32),
    ],
)
def test_narrow_dtypes_do_not_overflow(dtypes):
    predictions, targets = batch(5, (2, 20, 20), 150, 255, dtypes)
    metric = MeanIoU(150)
    metric.update(predictions, targets)
    check(metric.compute(), pairs_of((predictions, targets)), 150)


def test_by_hand():
    metric = MeanIoU(4)
    metric.update(torch.tensor([[0, 0, 1], [2, 1, 1]]), torch.tensor([[0, 1, 1], [1, 255, 1]]))
    # Class 0: 1 of 2; class 1: 2 of 4; class 2 is predicted only; class 3 is absent.
    got = metric.compute()
    assert list(got["iou"][:3]) == [0.5, 0.5, 0.0]
    assert math.isnan(got["iou"][3])
    assert got["miou"] == pytest.approx(1 / 3)
    assert got["accuracy"] == pytest.approx(3 / 5)
    assert all(isinstance(value, float) for value in [got["miou"], got["accuracy"], *got["iou"]])


def test_anything_may_be_predicted_where_ignored():
    metric = MeanIoU(2)
    metric.update(torch.tensor([0, 7, -3, 1]), torch.tensor([0, 255, 255, 1]))
    assert metric.compute() == {"iou": [1.0, 1.0], "miou": 1.0, "accuracy": 1.0}


def test_nothing_counted_and_reset():
    metric = MeanIoU(3)
    check(metric.compute(), [], 3)
    metric.update(torch.tensor([0, 1]), torch.tensor([255, 255]))
    check(metric.compute(), [], 3)
    metric.update(torch.tensor([0, 1]), torch.tensor([0, 0]))
    check(metric.compute(), [(0, 0), (1, 0)], 3)
    check(metric.compute(), [(0, 0), (1, 0)], 3)
    metric.reset()
    check(metric.compute(), [], 3)
    metric.update(torch.tensor([2]), torch.tensor([2]))
    check(metric.compute(), [(2, 2)], 3)


def test_two_metrics_are_independent():
    first, second = MeanIoU(2), MeanIoU(2)
    first.update(torch.tensor([0]), torch.tensor([0]))
    second.update(torch.tensor([1]), torch.tensor([0]))
    check(first.compute(), [(0, 0)], 2)
    check(second.compute(), [(1, 0)], 2)


@pytest.mark.parametrize(
    ("predictions", "targets"),
    [
        ([0, 3], [0, 1]),
        ([0, -1], [0, 1]),
        ([0, 1], [0, 3]),
        ([0, 1], [-1, 0]),
        ([0, 1], [0]),
        ([[0, 1]], [0, 1]),
        ([[0, 1]], [[0], [1]]),
    ],
)
def test_refused_batches_count_nothing(predictions, targets):
    metric = MeanIoU(3)
    metric.update(torch.tensor([2, 1]), torch.tensor([2, 2]))
    with pytest.raises(ValueError):
        metric.update(torch.tensor(predictions), torch.tensor(targets))
    check(metric.compute(), [(2, 2), (1, 2)], 3)
