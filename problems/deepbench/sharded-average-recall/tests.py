import math

import pytest
import torch
from solution import AverageRecall


def iou(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / union


def taken_by_hand(proposals, scores, objects, limit, threshold):
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:limit]
    taken = set()
    for i in order:
        options = [(-iou(proposals[i], box), j) for j, box in enumerate(objects) if j not in taken]
        options = [option for option in options if -option[0] >= threshold]
        if options:
            taken.add(min(options)[1])
    return len(taken)


def images(seed, sizes):
    generator = torch.Generator().manual_seed(seed)
    found = []
    for p, g in sizes:
        boxes = []
        for n in (p, g):
            corner = torch.randint(0, 5, (n, 2), generator=generator)
            boxes.append(torch.cat([corner, corner + torch.randint(2, 6, (n, 2), generator=generator)], 1).double())
        found.append((boxes[0], torch.randint(0, 8, (p,), generator=generator) / 8, boxes[1]))
    return found


def gather(data, *args):
    recall = AverageRecall(*args)
    for image in data:
        recall.update(*image)
    return recall


def check(recall, average, recalls):
    got = recall.compute()
    assert got[0] == pytest.approx(average)
    assert got[1] == pytest.approx(recalls)


@pytest.mark.parametrize(
    ("sizes", "limit", "thresholds"),
    [
        ([(6, 3), (9, 8)], 100, (0.5, 0.75)),
        ([(12, 5), (0, 2), (3, 0), (20, 9)], 5, (0.25, 0.4, 0.9)),
        ([(1, 1)], 1, (0.1,)),
    ],
)
def test_matches_plain_loops(sizes, limit, thresholds):
    data = images(len(sizes), sizes)
    before = [tuple(part.clone() for part in image) for image in data]
    average, recalls = gather(data, limit, thresholds).compute()
    assert all(torch.equal(a, b) for x, y in zip(before, data, strict=True) for a, b in zip(x, y, strict=True))
    want = []
    for threshold in thresholds:
        taken = sum(taken_by_hand(*(part.tolist() for part in image), limit, threshold) for image in data)
        want.append(taken / sum(g for _, g in sizes))
    assert recalls == pytest.approx(want)
    assert average == pytest.approx(sum(want) / len(want))
    assert isinstance(average, float)


BOX = torch.tensor([[0.0, 0.0, 4.0, 4.0]])
HALF = torch.tensor([[0.0, 0.0, 4.0, 2.0]])
FAR = torch.tensor([[9.0, 9.0, 12.0, 12.0]])


def test_by_hand():
    # The half box has an IoU of exactly 1/2.
    recall = gather([(torch.cat([HALF, FAR]), torch.tensor([0.2, 0.1]), torch.cat([BOX, FAR]))])
    check(recall, 0.75, [1.0, 0.5])


def test_boxes_that_are_apart_do_not_overlap():
    assert gather([(FAR, torch.ones(1), BOX)], 1, (0.01,)).compute()[0] == 0.0


def test_an_object_is_taken_once():
    recall = gather([(torch.cat([BOX, BOX]), torch.tensor([0.2, 0.1]), torch.cat([BOX, FAR]))])
    check(recall, 0.5, [0.5, 0.5])


def test_only_the_best_proposals_are_used():
    image = (torch.cat([BOX, FAR, FAR]), torch.tensor([0.5, 0.7, 0.5]), BOX)
    assert gather([image], 2, (0.5,)).compute()[0] == 1.0
    assert gather([image], 1, (0.5,)).compute()[0] == 0.0
    assert gather([image], 0, (0.5,)).compute()[0] == 0.0
    tied = (torch.cat([FAR] * 30 + [BOX]), torch.full((31,), 0.5), BOX)
    assert gather([tied], 30, (0.5,)).compute()[0] == 0.0


def test_the_default_is_a_hundred_proposals():
    boxes, scores = torch.cat([FAR] * 100 + [BOX]), torch.linspace(0.9, 0.1, 101)
    assert gather([(boxes, scores, BOX)]).compute()[0] == 0.0
    assert gather([(boxes[1:], scores[1:], BOX)]).compute()[0] == 1.0


def test_workers_with_different_numbers_of_objects():
    data = images(5, [(8, 1), (3, 12), (5, 4), (10, 2)])
    one, other = gather(data[:1]), gather(data[1:])
    state = other.state()
    one.merge(state)
    check(one, *gather(data).compute())
    assert one.state()["objects"] == 19
    assert (state["objects"], state["taken"].tolist()) == (18, other.state()["taken"].tolist())


def test_the_state_is_a_snapshot():
    recall = AverageRecall()
    empty = recall.state()
    assert (empty["taken"].tolist(), empty["taken"].dtype, empty["objects"]) == ([0, 0], torch.int64, 0)
    recall.update(BOX, torch.ones(1), BOX)
    one = recall.state()
    recall.update(HALF, torch.ones(1), BOX)
    assert (empty["taken"].tolist(), empty["objects"]) == ([0, 0], 0)
    assert (one["taken"].tolist(), one["objects"]) == ([1, 1], 1)
    assert recall.state()["taken"].tolist() == [2, 1]
    recall.merge(one)
    assert (one["taken"].tolist(), one["objects"]) == ([1, 1], 1)
    check(recall, 5 / 6, [1.0, 2 / 3])


def test_nothing_to_find():
    average, recalls = gather([(BOX, torch.ones(1), torch.zeros(0, 4))]).compute()
    assert math.isnan(average)
    assert all(math.isnan(value) for value in recalls)
    assert len(recalls) == 2
    check(gather([(torch.zeros(0, 4), torch.zeros(0), BOX)]), 0.0, [0.0, 0.0])
