import math

import pytest
import torch
from solution import soft_nms


def iou(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / union if union > 0 else 0.0


def by_hand(boxes, scores, labels, sigma, min_score, max_detections):
    boxes, labels = boxes.tolist(), labels.tolist()
    live = {i: s for i, s in enumerate(scores.tolist()) if s >= min_score}
    selected = []
    while live and len(selected) < max_detections:
        best = max(sorted(live), key=lambda i: live[i])
        selected.append((best, live.pop(best)))
        for i in list(live):
            if labels[i] == labels[best]:
                live[i] *= math.exp(-(iou(boxes[i], boxes[best]) ** 2) / sigma)
            if live[i] < min_score:
                del live[i]
    return selected


def detections(seed, n, n_labels):
    generator = torch.Generator().manual_seed(seed)
    corner = torch.rand(n, 2, generator=generator, dtype=torch.float64) * 30 - 15
    side = torch.rand(n, 2, generator=generator, dtype=torch.float64) * 20
    scores = torch.rand(n, generator=generator, dtype=torch.float64)
    labels = torch.randint(0, n_labels, (n,), generator=generator)
    return torch.cat([corner, corner + side], dim=1), scores, labels


@pytest.mark.parametrize(
    ("n", "n_labels", "sigma", "min_score", "max_detections"),
    [
        (1, 1, 0.5, 0.001, 100),
        (12, 1, 0.1, 0.2, 100),
        (30, 8, 0.5, 0.001, 100),
        (25, 3, 1.5, 0.05, 6),
    ],
)
def test_matches_plain_loops(n, n_labels, sigma, min_score, max_detections):
    boxes, scores, labels = detections(n, n, n_labels)
    before = (boxes.clone(), scores.clone(), labels.clone())
    indices, kept = soft_nms(boxes, scores, labels, sigma, min_score, max_detections)
    assert all(torch.equal(a, b) for a, b in zip(before, (boxes, scores, labels), strict=True))
    want = by_hand(boxes, scores, labels, sigma, min_score, max_detections)
    assert indices.dtype == torch.int64
    assert kept.dtype == torch.float64
    assert indices.tolist() == [i for i, _ in want]
    assert kept.tolist() == pytest.approx([s for _, s in want], rel=1e-9)


def test_by_hand():
    boxes = torch.tensor([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 4.0, 4.0], [9.0, 9.0, 10.0, 10.0]])
    scores = torch.tensor([0.8, 0.9, 0.7, 0.1])
    indices, kept = soft_nms(boxes, scores, torch.tensor([1, 1, 2, 1]))
    # Box 1 lowers box 0 (iou 1/2) to 0.8 * exp(-0.5), which is then behind box 2 of another class.
    assert indices.tolist() == [1, 2, 0, 3]
    assert kept.dtype == torch.float32
    assert kept.tolist() == pytest.approx([0.9, 0.7, 0.8 * math.exp(-0.5), 0.1], rel=1e-5)


def test_a_box_is_lowered_by_every_selected_one():
    boxes = torch.tensor([[0.0, 0.0, 2.0, 1.0]] * 3)
    indices, kept = soft_nms(boxes, torch.tensor([0.5, 0.6, 0.9]), torch.zeros(3, dtype=torch.int64), sigma=1.0)
    assert indices.tolist() == [2, 1, 0]
    assert kept.tolist() == pytest.approx([0.9, 0.6 * math.exp(-1), 0.5 * math.exp(-2)], rel=1e-5)


def test_other_classes_do_not_touch_even_at_negative_coordinates():
    box = [-100.0, -100.0, -1.0, -1.0]
    boxes = torch.tensor([box, box, box, [-300.0, -300.0, 90.0, 90.0]])
    scores = torch.tensor([0.5, 0.6, 0.7, 0.8])
    indices, kept = soft_nms(boxes, scores, torch.tensor([0, 1, 2, 3]))
    assert indices.tolist() == [3, 2, 1, 0]
    assert kept.tolist() == pytest.approx([0.8, 0.7, 0.6, 0.5])


def test_boxes_without_area_touching_and_disjoint_ones_do_not_overlap():
    flat = [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0], [0.0, 1.0, 2.0, 1.0]]
    apart = [[0.0, 0.0, 2.0, 2.0], [2.0, 0.0, 4.0, 2.0], [5.0, 5.0, 7.0, 7.0], [-9.0, -9.0, -7.0, -7.0]]
    scores = torch.tensor([0.6, 0.5, 0.4, 0.3, 0.95, 0.85, 0.75, 0.65])
    indices, kept = soft_nms(torch.tensor(flat + apart), scores, torch.tensor([0] * 4 + [1] * 4))
    assert indices.tolist() == [4, 5, 6, 7, 0, 1, 2, 3]
    assert kept.tolist() == pytest.approx([0.95, 0.85, 0.75, 0.65, 0.6, 0.5, 0.4, 0.3])


def test_min_score_itself_is_kept():
    boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0], [5.0, 0.0, 6.0, 1.0], [9.0, 0.0, 10.0, 1.0]])
    scores = torch.tensor([0.25, 0.5, 0.125])
    labels = torch.zeros(3, dtype=torch.int64)
    assert soft_nms(boxes, scores, labels, min_score=0.25)[0].tolist() == [1, 0]
    assert soft_nms(boxes, scores, labels, min_score=0.6)[0].tolist() == []
    # The default is 0.001.
    assert soft_nms(boxes, torch.tensor([0.0011, 0.0009, 0.5]), labels)[0].tolist() == [2, 0]


def test_a_lowered_box_falls_below_min_score():
    boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]] * 2)
    labels = torch.zeros(2, dtype=torch.int64)
    indices, kept = soft_nms(boxes, torch.tensor([0.9, 0.9]), labels, min_score=0.2)
    assert indices.tolist() == [0]
    assert kept.tolist() == pytest.approx([0.9])


def test_ties_go_to_the_lowest_index_and_most_detections():
    n = 102
    boxes = torch.arange(n, dtype=torch.float32)[:, None] * 10 + torch.tensor([0.0, 0.0, 5.0, 5.0])
    scores, labels = torch.full((n,), 0.5), torch.arange(n) % 2
    scores[17] = 0.75
    indices, kept = soft_nms(boxes, scores, labels)
    assert indices.tolist() == [17] + [i for i in range(101) if i != 17][:99]
    assert kept.tolist() == [0.75] + [0.5] * 99
    assert soft_nms(boxes, scores, labels, max_detections=3)[0].tolist() == [17, 0, 1]
    indices, kept = soft_nms(boxes, scores, labels, max_detections=0)
    assert (tuple(indices.shape), tuple(kept.shape)) == ((0,), (0,))


def test_no_boxes():
    indices, kept = soft_nms(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.int64))
    assert (tuple(indices.shape), indices.dtype) == ((0,), torch.int64)
    assert (tuple(kept.shape), kept.dtype) == ((0,), torch.float32)


def test_sigma_must_be_positive():
    for sigma in (0.0, -0.5):
        with pytest.raises(ValueError):
            soft_nms(torch.zeros(1, 4), torch.ones(1), torch.zeros(1, dtype=torch.int64), sigma)
