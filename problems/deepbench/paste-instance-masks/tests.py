import math

import pytest
import torch
from solution import paste_masks


def value_at(mask, box, y, x):
    size = len(mask)
    column = (x + 0.5 - box[0]) / (box[2] - box[0]) * size - 0.5
    row = (y + 0.5 - box[1]) / (box[3] - box[1]) * size - 0.5
    total = 0.0
    for r in (math.floor(row), math.floor(row) + 1):
        for c in (math.floor(column), math.floor(column) + 1):
            if 0 <= r < size and 0 <= c < size:
                total += mask[r][c] * (1 - abs(row - r)) * (1 - abs(column - c))
    return total


def check(masks, boxes, height, width, **options):
    before = (masks.clone(), boxes.clone())
    got = paste_masks(masks, boxes, height, width, **options)
    assert torch.equal(masks, before[0])
    assert torch.equal(boxes, before[1])
    assert got.dtype == torch.bool
    assert got.shape == (len(masks), height, width)
    threshold = options.get("threshold", 0.5)
    for n, (mask, box) in enumerate(zip(masks.double().tolist(), boxes.double().tolist(), strict=True)):
        for y, row in enumerate(got[n].tolist()):
            for x, pixel in enumerate(row):
                value = value_at(mask, box, y, x)
                # Within rounding of the threshold both answers are right.
                if abs(value - threshold) > 1e-5:
                    assert pixel == (value > threshold), (n, y, x, value)


@pytest.mark.parametrize(("n", "size", "height", "width"), [(1, 1, 3, 4), (3, 4, 9, 7), (2, 7, 5, 11)])
def test_matches_plain_loops(n, size, height, width):
    generator = torch.Generator().manual_seed(size)
    corners = torch.rand(n, 2, generator=generator) * 5 - 1
    boxes = torch.cat([corners, corners + 2 + torch.rand(n, 2, generator=generator) * 6], dim=1)
    check(torch.rand(n, size, size, generator=generator), boxes, height, width)


@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_other_thresholds(threshold):
    generator = torch.Generator().manual_seed(3)
    boxes = torch.tensor([[1.0, 0.5, 7.5, 6.0], [-2.0, -3.0, 4.0, 5.0]])
    check(torch.rand(2, 3, 3, generator=generator), boxes, 7, 8, threshold=threshold)


def test_cells_that_are_pixels():
    mask = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    got = paste_masks(mask[None], torch.tensor([[1.0, 2.0, 3.0, 4.0]]), 5, 4)
    assert got[0].int().tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]


def test_the_threshold_itself_belongs_to_the_mask():
    got = paste_masks(torch.tensor([[[0.5, 0.25]] * 2]), torch.tensor([[0.0, 0.0, 2.0, 2.0]]), 2, 2)
    assert got[0].tolist() == [[True, False], [True, False]]
    got = paste_masks(torch.tensor([[[0.5, 0.25]] * 2]), torch.tensor([[0.0, 0.0, 2.0, 2.0]]), 2, 2, 0.25)
    assert got[0].tolist() == [[True, True], [True, True]]


def test_values_fall_to_zero_around_the_mask():
    # One cell of 4 pixels: the value falls linearly with the distance from the centre, also beyond the box.
    got = paste_masks(torch.ones(1, 1, 1), torch.tensor([[2.0, 2.0, 6.0, 6.0]]), 8, 8, 0.1)
    line = [x for x in range(8) if got[0, 3, x]]
    # At x = 0.5 the value is (1 - 3.5 / 4) * (1 - 0.5 / 4) = 0.109.
    assert line == list(range(8))
    assert [x for x in range(8) if got[0, 0, x]] == [3, 4]


def test_boxes_outside_of_the_image():
    boxes = torch.tensor([[20.0, 1.0, 30.0, 5.0], [-30.0, -30.0, -20.0, -25.0], [1.0, 90.0, 5.0, 95.0]])
    assert not paste_masks(torch.ones(3, 4, 4), boxes, 6, 8).any()


def test_wide_and_tall_boxes():
    generator = torch.Generator().manual_seed(5)
    boxes = torch.tensor([[0.25, 2.0, 9.75, 3.5], [3.0, 0.0, 4.5, 6.0]])
    check(torch.rand(2, 5, 5, generator=generator), boxes, 6, 10)
