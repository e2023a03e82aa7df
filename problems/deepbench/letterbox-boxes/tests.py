from fractions import Fraction

import pytest
import torch
from solution import boxes_to_original, letterbox


def placement(height, width, out_h, out_w):
    """(new_h, new_w, top, left) in exact arithmetic."""
    scale = min(Fraction(out_h, height), Fraction(out_w, width))
    new_h, new_w = (max(1, int(side * scale + Fraction(1, 2))) for side in (height, width))
    return new_h, new_w, (out_h - new_h) // 2, (out_w - new_w) // 2


def axis_weights(length, new_length):
    """The bilinear interpolation matrix (new_length, length) of one axis."""
    rows = torch.arange(new_length)
    at = ((rows.double() + 0.5) * length / new_length - 0.5).clamp(0.0, length - 1.0)
    low = at.long()
    matrix = torch.zeros(new_length, length, dtype=torch.float64)
    matrix[rows, low] = 1 - (at - low)
    matrix[rows, (low + 1).clamp_max(length - 1)] += at - low
    return matrix


SIZES = [
    ((8, 8), (8, 8)),
    ((5, 9), (12, 12)),
    ((9, 5), (12, 12)),
    ((20, 31), (16, 10)),
    ((31, 20), (9, 17)),
    ((2, 40), (7, 8)),  # the short side would round to 0
    ((40, 2), (8, 7)),
    ((1, 1), (3, 6)),
    ((4, 3), (2, 9)),  # 1.5 columns: a half goes up
    ((6, 4), (9, 3)),  # 4.5 rows: a half goes up, to the odd side of Python's round
    ((4, 6), (3, 9)),
    ((5, 3), (3, 4)),
    ((3, 5), (1, 4)),
]


@pytest.mark.parametrize(
    ("image_size", "size", "dtype"),
    [(*sizes, (torch.float32, torch.float64)[k % 2]) for k, sizes in enumerate(SIZES)],
)
def test_pixels_and_boxes_there_and_back(image_size, size, dtype):
    height, width = image_size
    generator = torch.Generator().manual_seed(sum(image_size) * 31 + sum(size))
    image = torch.randint(0, 256, (3, height, width), generator=generator, dtype=torch.uint8)
    sides = torch.tensor([width, height] * 2, dtype=torch.float64)
    boxes = torch.rand(6, 4, generator=generator, dtype=torch.float64) * sides
    boxes = torch.cat([boxes, torch.tensor([[0, 0, width, height], [-2, -3, width + 4, height + 5]])]).to(dtype)
    before = image.clone(), boxes.clone()
    canvas, moved = letterbox(image, boxes, size, 7)
    assert torch.equal(image, before[0])
    assert torch.equal(boxes, before[1])

    assert canvas.dtype == torch.uint8
    assert tuple(canvas.shape) == (3, *size)
    new_h, new_w, top, left = placement(height, width, *size)
    exact = axis_weights(height, new_h) @ image.double() @ axis_weights(width, new_w).T
    pasted = canvas[:, top : top + new_h, left : left + new_w].double()
    # tolerance: pixels are rounded to whole numbers
    assert (pasted - exact).abs().max().item() <= 0.501
    border = canvas.clone()
    border[:, top : top + new_h, left : left + new_w] = 7
    assert torch.equal(border, torch.full_like(canvas, 7))

    assert moved.dtype == dtype
    want = torch.tensor([left, top] * 2) + boxes.double() * torch.tensor([new_w, new_h] * 2) / sides
    assert torch.allclose(moved.double(), want, rtol=5e-6, atol=5e-6)
    kept = moved.clone()
    back = boxes_to_original(moved, image_size, size)
    assert torch.equal(moved, kept)
    assert back.dtype == dtype
    want = torch.minimum(torch.maximum(boxes.double(), torch.zeros(4)), sides)
    assert torch.allclose(back.double(), want, rtol=5e-6, atol=5e-5)


def test_half_rounds_up_by_hand():
    # Scale 1/2: the width 3 becomes 1.5, hence 2; 7 free columns, 3 of them on the left.
    image = torch.full((1, 4, 3), 200, dtype=torch.uint8)
    canvas, boxes = letterbox(image, torch.tensor([[0.0, 0.0, 3.0, 4.0], [1.5, 1.0, 3.0, 2.0]]), (2, 9))
    assert canvas[0].tolist() == [[114] * 3 + [200] * 2 + [114] * 4] * 2
    assert boxes.tolist() == [[3.0, 0.0, 5.0, 2.0], [4.0, 0.5, 5.0, 1.0]]


def test_default_fill_and_extremes():
    image = torch.tensor([[[0, 255], [255, 0]]], dtype=torch.uint8)
    canvas, boxes = letterbox(image, torch.zeros(0, 4), (2, 4))
    assert tuple(boxes.shape) == (0, 4)
    assert canvas.tolist() == [[[114, 0, 255, 114], [114, 255, 0, 114]]]


def test_back_clips_to_the_image():
    # 10 x 20 into 10 x 10: scale 1/2, five rows of image between rows 2 and 7.
    boxes = torch.tensor([[-1.0, 0.0, 11.0, 10.0], [2.0, 3.0, 4.0, 6.0]])
    assert boxes_to_original(boxes, (10, 20), (10, 10)).tolist() == [[0.0, 0.0, 20.0, 10.0], [4.0, 2.0, 8.0, 8.0]]
    assert tuple(boxes_to_original(torch.zeros(0, 4), (10, 20), (10, 10)).shape) == (0, 4)


def test_errors():
    image, boxes = torch.zeros(3, 4, 4, dtype=torch.uint8), torch.zeros(0, 4)
    for wrong, size in [
        (image.float(), (4, 4)),
        (image[0], (4, 4)),
        (image[None], (4, 4)),
        (image, (0, 4)),
        (image, (4, 0)),
    ]:
        with pytest.raises(ValueError):
            letterbox(wrong, boxes, size)
