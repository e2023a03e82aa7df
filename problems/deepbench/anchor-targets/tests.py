import math

import pytest
import torch
from solution import assign_targets, decode_boxes


def iou(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return width * height / (area - width * height)


def by_hand(anchors, boxes, labels, negative_iou=0.4, positive_iou=0.5):
    """The rules in plain Python; three lists."""
    anchors, boxes, labels = anchors.tolist(), boxes.tolist(), labels.tolist()
    classes, matched = [-1] * len(anchors), [-1] * len(anchors)
    for a, anchor in enumerate(anchors):
        overlaps = [iou(anchor, box) for box in boxes]
        best = max(overlaps, default=0.0)
        if best >= positive_iou:
            matched[a] = overlaps.index(best)
        elif best >= negative_iou:
            classes[a] = -2
    claims = {}
    for g, box in enumerate(boxes):
        overlaps = [iou(anchor, box) for anchor in anchors]
        best = max(overlaps, default=0.0)
        if best > 0:
            claims.setdefault(overlaps.index(best), []).append((-best, g))
    for a, rivals in claims.items():
        matched[a] = min(rivals)[1]
    deltas = []
    for a, g in enumerate(matched):
        if g < 0:
            deltas.append([0.0] * 4)
            continue
        classes[a] = labels[g]
        (x1, y1, x2, y2), (u1, v1, u2, v2) = anchors[a], boxes[g]
        w, h = x2 - x1, y2 - y1
        shift = [((u1 + u2) - (x1 + x2)) / 2 / w, ((v1 + v2) - (y1 + y2)) / 2 / h]
        deltas.append([*shift, math.log((u2 - u1) / w), math.log((v2 - v1) / h)])
    return classes, matched, deltas


def random_boxes(n, generator, grid=None):
    corners = torch.rand(n, 2, generator=generator, dtype=torch.float64) * 10
    size = torch.rand(n, 2, generator=generator, dtype=torch.float64) * 5 + 1
    if grid:
        corners, size = corners.round(), size.round()
    return torch.cat([corners, corners + size], dim=1)


def check(got, want, dtype=torch.float64):
    classes, matched, deltas = got
    assert classes.dtype == matched.dtype == torch.int64
    assert deltas.dtype == dtype
    assert classes.tolist() == want[0]
    assert matched.tolist() == want[1]
    assert deltas.shape == (len(want[2]), 4)
    if want[2]:
        assert (deltas.double() - torch.tensor(want[2], dtype=torch.float64)).abs().max().item() <= 1e-5


@pytest.mark.parametrize(
    "n_anchors, n_boxes, thresholds, grid",
    [
        (30, 4, (0.4, 0.5), False),
        (30, 4, (0.2, 0.9), True),
        (8, 12, (0.1, 0.3), False),
        (8, 12, (0.4, 0.5), True),
        (1, 3, (0.3, 0.3), False),
        (1, 3, (0.1, 0.3), True),
        (5, 1, (0.2, 0.9), False),
        (5, 1, (0.3, 0.3), True),
        (1, 1, (0.1, 0.3), True),
        (40, 9, (0.1, 0.3), False),
        (40, 9, (0.3, 0.3), True),
        (40, 9, (0.4, 0.5), True),
    ],
)
def test_matches_plain_python(n_anchors, n_boxes, thresholds, grid):
    generator = torch.Generator().manual_seed(n_anchors + n_boxes)
    anchors, boxes = random_boxes(n_anchors, generator, grid), random_boxes(n_boxes, generator, grid)
    labels = torch.randint(0, 5, (n_boxes,), generator=generator)
    check(assign_targets(anchors, boxes, labels, *thresholds), by_hand(anchors, boxes, labels, *thresholds))


def squares(*rows):
    return torch.tensor(rows, dtype=torch.float32)


def test_default_thresholds():
    # The object claims the first, perfect anchor; each anchor has the IoU width / 4 with it.
    anchors = squares(*([0, 0, width, 4] for width in (4.0, 4.0, 2.0, 1.875, 1.75, 1.5, 0.125)))
    classes, matched, _ = assign_targets(anchors, squares([0, 0, 4, 4]), torch.tensor([7]))
    assert classes.tolist() == [7, 7, 7, -2, -2, -1, -1]
    assert matched.tolist() == [0, 0, 0, -1, -1, -1, -1]


@pytest.mark.parametrize("negative_iou, positive_iou, want", [(0.5, 0.75, -2), (0.25, 0.5, 3), (0.625, 0.75, -1)])
def test_thresholds_belong_to_the_upper_side(negative_iou, positive_iou, want):
    anchors = squares([0, 0, 4, 4], [0, 0, 2, 4])
    classes, _, _ = assign_targets(anchors, squares([0, 0, 4, 4]), torch.tensor([3]), negative_iou, positive_iou)
    assert classes.tolist() == [3, want]


def test_object_without_a_good_anchor_claims_one():
    anchors = squares([0, 0, 10, 10], [20, 20, 21, 21])
    classes, matched, deltas = assign_targets(anchors, squares([4, 4, 6, 6]), torch.tensor([2]))
    assert classes.tolist() == [2, -1]
    assert matched.tolist() == [0, -1]
    assert deltas[0].tolist() == pytest.approx([0.0, 0.0, math.log(0.2), math.log(0.2)], abs=1e-6)
    assert deltas[1].tolist() == [0.0] * 4


def test_object_that_touches_no_anchor_claims_none():
    anchors = squares([0, 0, 2, 2], [2, 0, 4, 2])
    classes, matched, _ = assign_targets(anchors, squares([2, 2, 4, 4], [8, 8, 9, 9]), torch.tensor([1, 1]))
    assert classes.tolist() == [-1, -1]
    assert matched.tolist() == [-1, -1]


def test_a_claim_outweighs_a_better_object():
    # Anchor 0 overlaps more with object 0, which has a perfect anchor; object 1 has no other anchor.
    anchors = squares([0, 0, 10, 10], [0, 0, 10, 8])
    boxes = squares([0, 0, 10, 8], [0, 6, 10, 11])
    classes, matched, _ = assign_targets(anchors, boxes, torch.tensor([5, 6]))
    assert matched.tolist() == [1, 0]
    assert classes.tolist() == [6, 5]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_rival_claims_go_to_the_largest_overlap(order):
    boxes = squares([0, 0, 10, 3], [0, 0, 10, 4], [0, 0, 10, 2])[order]
    labels = torch.tensor([3, 4, 2])[order]
    classes, matched, _ = assign_targets(squares([0, 0, 10, 10], [50, 50, 60, 60]), boxes, labels)
    assert classes.tolist() == [4, -1]
    assert matched.tolist() == [order.index(1), -1]


def test_ties_go_to_the_first():
    boxes = squares([0, 0, 4, 4], [0, 0, 4, 4], [2, 0, 6, 4])
    anchors = squares([0, 0, 4, 4], [0, 0, 4, 4], [1, 0, 5, 4])
    classes, matched, _ = assign_targets(anchors, boxes, torch.tensor([8, 9, 6]))
    assert matched.tolist() == [0, 0, 2]
    assert classes.tolist() == [8, 8, 6]
    # IoU 1/3 with either anchor: the first is claimed, the second stays background.
    classes, matched, _ = assign_targets(squares([0, 0, 4, 4], [4, 0, 8, 4]), squares([2, 0, 6, 4]), torch.tensor([1]))
    assert classes.tolist() == [1, -1]


def test_ties_between_many():
    anchors = squares([0, 0, 4, 4]).repeat(40, 1)
    boxes = squares([0, 0, 4, 2]).repeat(50, 1)
    _, matched, _ = assign_targets(anchors, boxes, torch.zeros(50, dtype=torch.int64), 0.5, 0.5)
    assert matched.tolist() == [0] * 40
    _, matched, _ = assign_targets(anchors, boxes, torch.zeros(50, dtype=torch.int64), 0.6, 0.6)
    assert matched.tolist() == [0] + [-1] * 39


@pytest.mark.parametrize(
    "n_anchors, n_boxes, dtype",
    [(4, 0, torch.float32), (4, 0, torch.float64), (0, 3, torch.float32), (0, 0, torch.float64)],
)
def test_nothing_to_match(n_anchors, n_boxes, dtype):
    generator = torch.Generator().manual_seed(0)
    anchors, boxes = random_boxes(n_anchors, generator).to(dtype), random_boxes(n_boxes, generator).to(dtype)
    got = assign_targets(anchors, boxes, torch.zeros(n_boxes, dtype=torch.int64))
    check(got, ([-1] * n_anchors, [-1] * n_anchors, [[0.0] * 4] * n_anchors), dtype)


def test_thresholds_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError):
        assign_targets(squares([0, 0, 1, 1]), squares([0, 0, 1, 1]), torch.tensor([0]), 0.6, 0.5)


def test_decoding_returns_the_objects():
    generator = torch.Generator().manual_seed(6)
    anchors, boxes = random_boxes(40, generator), random_boxes(6, generator)
    _, matched, deltas = assign_targets(anchors, boxes, torch.zeros(6, dtype=torch.int64), 0.2, 0.3)
    positive = matched >= 0
    assert int(positive.sum()) >= 6
    decoded = decode_boxes(anchors, deltas)
    assert (decoded[positive] - boxes[matched[positive]]).abs().max().item() <= 1e-9
    assert (decoded[~positive] - anchors[~positive]).abs().max().item() <= 1e-9


def test_wild_predictions_are_cut_off_above_only():
    anchors = torch.tensor([[0.0, 0.0, 2.0, 4.0]], dtype=torch.float64)
    deltas = torch.tensor([[10.0, -20.0, 1000.0, -1000.0]], dtype=torch.float64, requires_grad=True)
    decoded = decode_boxes(anchors, deltas)
    half = math.exp(4.0)
    assert decoded[0].tolist() == pytest.approx([21 - half, -78.0, 21 + half, -78.0], rel=1e-9)
    (gradient,) = torch.autograd.grad(decoded.sum(), deltas)
    assert gradient[0].tolist() == pytest.approx([4.0, 8.0, 0.0, 0.0], abs=1e-9)
    half = math.exp(0.5)
    decoded = decode_boxes(anchors, torch.tensor([[0.0, 0.0, 0.5, 0.6]], dtype=torch.float64), 0.5)
    assert decoded[0].tolist() == pytest.approx([1 - half, 2 - 2 * half, 1 + half, 2 + 2 * half], rel=1e-9)
