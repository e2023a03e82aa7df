import pytest
import torch
from solution import mean_ious, shape_ious


def by_hand(logits, labels, category, parts):
    predicted = []
    for scores in logits.tolist():
        best = max(scores[p] for p in parts[category])
        predicted.append(next(p for p in parts[category] if scores[p] == best))
    ious = []
    for part in parts[category]:
        a = {i for i, p in enumerate(predicted) if p == part}
        b = {i for i, p in enumerate(labels.tolist()) if p == part}
        ious.append(len(a & b) / len(a | b) if a | b else 1.0)
    return sum(ious) / len(ious)


@pytest.mark.parametrize(("shapes", "points", "levels"), [(1, 1, 3), (4, 9, 2), (6, 30, 50)])
def test_matches_plain_loops(shapes, points, levels):
    parts = [[0, 1, 2], [3], [5, 4]]
    generator = torch.Generator().manual_seed(points)
    logits = torch.randint(0, levels, (shapes, points, 6), generator=generator).float()
    categories = torch.randint(0, 3, (shapes,), generator=generator)
    picks = torch.randint(0, 60, (shapes, points), generator=generator).tolist()
    labels = torch.tensor(
        [[parts[c][i % len(parts[c])] for i in row] for c, row in zip(categories.tolist(), picks, strict=True)]
    )
    before = logits.clone()
    got = shape_ious(logits, labels, categories, parts)
    assert torch.equal(logits, before)
    want = [by_hand(*row, parts) for row in zip(logits, labels, categories.tolist(), strict=True)]
    assert got == pytest.approx(want)


def test_by_hand():
    # Predicted 0, 0, 1, 1 against 0, 1, 1, 1: IoU 1/2 and 2/3.
    logits = torch.tensor([[[2.0, 0.0], [2.0, 0.0], [0.0, 2.0], [0.0, 2.0]]])
    got = shape_ious(logits, torch.tensor([[0, 1, 1, 1]]), torch.tensor([0]), [[0, 1]])
    assert got == pytest.approx([7 / 12])
    assert isinstance(got[0], float)


def test_parts_of_other_categories_are_not_predicted():
    logits = torch.tensor([[[0.0, 1.0, 9.0], [1.0, 0.0, 9.0]]])
    assert shape_ious(logits, torch.tensor([[1, 0]]), torch.tensor([0]), [[0, 1], [2]]) == [1.0]


def test_a_part_in_neither_has_an_iou_of_one():
    logits = torch.tensor([[[5.0, 0.0, 0.0], [0.0, 5.0, 0.0]]])
    # Part 0: 1/2; part 1: predicted, never true; part 2: in neither.
    assert shape_ious(logits, torch.tensor([[0, 0]]), torch.tensor([0]), [[0, 1, 2]]) == pytest.approx([1.5 / 3])


def test_equal_logits_go_to_the_first_in_the_list():
    got = shape_ious(torch.zeros(1, 3, 4), torch.tensor([[2, 2, 2]]), torch.tensor([0]), [[2, 1]])
    assert got == [1.0]


def test_means_by_hand():
    overall, by_category = mean_ious([1.0, 0.5, 0.75, 0.25], [4, 0, 0, 0])
    assert overall == pytest.approx(0.625)
    assert by_category == pytest.approx(0.75)


def test_means_of_one_shape_and_of_many():
    assert tuple(mean_ious([0.3], [7])) == pytest.approx((0.3, 0.3))
    ious, categories = [i / 20 for i in range(20)], [i * i % 7 for i in range(20)]
    groups = [[v for v, c in zip(ious, categories, strict=True) if c == k] for k in set(categories)]
    want = sum(sum(g) / len(g) for g in groups) / len(groups)
    assert tuple(mean_ious(ious, categories)) == pytest.approx((sum(ious) / 20, want))
