import math

import pytest
import torch
from solution import VolumeDice

NAN = math.nan


def by_hand(slices, num_classes):
    """Scores per volume from slices (name, prediction, target)."""
    scores = {}
    for name in dict.fromkeys(s[0] for s in slices):
        p = [v for s in slices if s[0] == name for v in s[1].flatten().tolist()]
        t = [v for s in slices if s[0] == name for v in s[2].flatten().tolist()]
        scores[name] = []
        for c in range(1, num_classes):
            both = sum(a == b == c for a, b in zip(p, t, strict=True))
            total = p.count(c) + t.count(c)
            scores[name].append(2 * both / total if total else NAN)
    return scores


def mean(values):
    known = [v for v in values if v == v]
    return sum(known) / len(known) if known else NAN


@pytest.mark.parametrize(("num_classes", "dtype"), [(2, torch.int64), (4, torch.uint8), (7, torch.int32)])
def test_matches_plain_loops(num_classes, dtype):
    generator = torch.Generator().manual_seed(num_classes)
    names = ["b", "a", "a", "c", "a", "b", "a", "c", "d"]
    shape = (len(names), 5, 3)
    targets = torch.randint(0, num_classes, shape, generator=generator)
    noise = torch.randint(0, num_classes, shape, generator=generator)
    predictions = torch.where(torch.rand(shape, generator=generator) < 0.6, targets, noise)
    predictions, targets = predictions.to(dtype), targets.to(dtype)
    before = predictions.clone(), targets.clone()
    dice = VolumeDice(num_classes)
    for part in (slice(0, 4), slice(4, 5), slice(5, 9)):
        dice.update(names[part], predictions[part], targets[part])
    assert torch.equal(predictions, before[0])
    assert torch.equal(targets, before[1])
    want = by_hand(list(zip(names, predictions, targets, strict=True)), num_classes)
    for name in want:
        assert dice.volume(name) == pytest.approx(want[name], nan_ok=True)
    columns = zip(*want.values(), strict=True)
    assert dice.compute() == pytest.approx([mean(column) for column in columns], nan_ok=True)


def add(dice, name, prediction, target):
    dice.update([name], torch.tensor([[prediction]]), torch.tensor([[target]]))


def test_by_hand():
    dice = VolumeDice(3)
    add(dice, "x", [1, 1, 0], [1, 0, 0])
    add(dice, "x", [0, 1, 2], [1, 1, 2])
    # Class 1: 2 * 2 / (3 + 3).
    assert dice.volume("x") == pytest.approx([2 / 3, 1.0])
    add(dice, "y", [0, 0, 2], [0, 1, 0])
    assert dice.volume("y") == pytest.approx([0.0, 0.0])
    assert dice.compute() == pytest.approx([1 / 3, 0.5])


def test_an_empty_slice_changes_nothing():
    dice = VolumeDice(2)
    add(dice, "x", [1, 0], [1, 1])
    add(dice, "x", [0, 0], [0, 0])
    assert dice.volume("x") == pytest.approx([2 / 3])


def test_volumes_weigh_the_same_however_many_slices_they_have():
    dice = VolumeDice(2)
    for _ in range(9):
        add(dice, "long", [1], [1])
    add(dice, "short", [1], [0])
    assert dice.compute() == pytest.approx([0.5])


def test_classes_in_neither_are_left_out():
    dice = VolumeDice(4)
    add(dice, "x", [1, 0], [1, 0])
    add(dice, "y", [2, 0], [0, 2])
    assert dice.volume("x") == pytest.approx([1.0, NAN, NAN], nan_ok=True)
    assert dice.compute() == pytest.approx([1.0, 0.0, NAN], nan_ok=True)


def test_more_pixels_than_a_byte_holds():
    dice = VolumeDice(2)
    ones = torch.ones(1, 20, 20, dtype=torch.uint8)
    dice.update(["x"], ones, ones)
    assert dice.volume("x") == [1.0]


def test_no_slices():
    dice = VolumeDice(3)
    assert dice.compute() == pytest.approx([NAN, NAN], nan_ok=True)
    with pytest.raises(KeyError):
        dice.volume("x")
