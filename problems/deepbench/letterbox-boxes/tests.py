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
    matrix = torch.zeros(new_length, length, dtype=torch.float64)
    for i in range(new_length):
        at = min(max((i + 0.5) * length / new_length - 0.5, 0.0), length - 1.0)
        low = int(at)
        high = min(low + 1, length - 1)
        matrix[i, low] += 1 - (at - low)
        matrix[i, high] += at - low
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


@pytest.mark.parametrize(("image_size", "size"), SIZES)
def test_pixels(image_size, size):
    generator = torch.Generator().manual_seed(sum(image_size) * 31 + sum(size))
    image = torch.randint(0, 256, (3, *image_size), generator=generator, dtype=torch.uint8)
    before = image.clone()
    canvas, boxes = letterbox(image, torch.zeros(0, 4), size, 7)
    assert canvas.dtype == torch.uint8
    assert tuple(canvas.shape) == (3, *size)
    assert tuple(boxes.shape) == (0, 4)
    assert torch.equal(image, before)
    new_h, new_w, top, left = placement(*image_size, *size)
    exact = axis_weights(image_size[0], new_h) @ image.double() @ axis_weights(image_size[1], new_w).T
    pasted = canvas[:, top : top + new_h, left : left + new_w].double()
    # tolerance: pixels are rounded to whole numbers
    assert (pasted - exact).abs().max().item() <= 0.501
    border = canvas.clone()
    border[:, top : top + new_h, left : left + new_w] = 7
    assert torch.equal(border, torch.full_like(canvas, 7))


def test_half_rounds_up_by_hand():
    # Scale 1/2: the width 3 becomes 1.5, hence 2; 7 free columns, 3 of them on the left.
    image = torch.full((1, 4, 3), 200, dtype=torch.uint8)
    canvas, boxes = letterbox(image, torch.tensor([[0.0, 0.0, 3.0, 4.0], [1.5, 1.0, 3.0, 2.0]]), (2, 9))
    assert canvas[0].tolist() == [[114] * 3 + [200] * 2 + [114] * 4] * 2
    assert boxes.tolist() == [[3.0, 0.0, 5.0, 2.0], [4.0, 0.5, 5.0, 1.0]]


def test_default_fill_and_extremes():
    image = torch.tensor([[[0, 255], [255, 0]]], dtype=torch.uint8)
    canvas, _ = letterbox(image, torch.zeros(0, 4), (2, 4))
    assert canvas.tolist() == [[[114, 0, 255, 114], [114, 255, 0, 114]]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("image_size", "size"), SIZES)
def test_boxes_there_and_back(image_size, size, dtype):
    height, width = image_size
    new_h, new_w, top, left = placement(*image_size, *size)
    generator = torch.Generator().manual_seed(height * 100 + width)
    boxes = torch.rand(6, 4, generator=generator, dtype=dtype) * torch.tensor([width, height] * 2, dtype=dtype)
    boxes = torch.cat([boxes, torch.tensor([[0, 0, width, height], [-2, -3, width + 4, height + 5]], dtype=dtype)])
    before = boxes.clone()
    moved = letterbox(torch.zeros(1, height, width, dtype=torch.uint8), boxes, size)[1]
    assert moved.dtype == dtype
    assert torch.equal(boxes, before)
    for box, got in zip(boxes.tolist(), moved.tolist(), strict=True):
        want = [
            left + box[0] * new_w / width,
            top + box[1] * new_h / height,
            left + box[2] * new_w / width,
            top + box[3] * new_h / height,
        ]
        assert got == pytest.approx(want, rel=1e-5, abs=1e-5)
    kept = moved.clone()
    back = boxes_to_original(moved, image_size, size)
    assert torch.equal(moved, kept)
    assert back.dtype == dtype
    for box, got in zip(boxes.tolist(), back.tolist(), strict=True):
        want = [min(max(value, 0.0), bound) for value, bound in zip(box, [width, height] * 2, strict=True)]
        assert got == pytest.approx(want, rel=1e-5, abs=1e-4)


def test_back_clips_to_the_image():
    # 10 x 20 into 10 x 10: scale 1/2, five rows of image between rows 2 and 7.
    boxes = torch.tensor([[-1.0, 0.0, 11.0, 10.0], [2.0, 3.0, 4.0, 6.0]])
    assert boxes_to_original(boxes, (10, 20), (10, 10)).tolist() == [[0.0, 0.0, 20.0, 10.0], [4.0, 2.0, 8.0, 8.0]]
    assert tuple(boxes_to_original(torch.zeros(0, 4), (10, 20), (10, 10)).shape) == (0, 4)


@pytest.mark.parametrize(
    ("image", "size"),
    [
        (torch.zeros(3, 4, 4), (4, 4)),
        (torch.zeros(4, 4, dtype=torch.uint8), (4, 4)),
        (torch.zeros(1, 3, 4, 4, dtype=torch.uint8), (4, 4)),
        (torch.zeros(3, 4, 4, dtype=torch.uint8), (0, 4)),
        (torch.zeros(3, 4, 4, dtype=torch.uint8), (4, 0)),
    ],
)
def test_errors(image, size):
    with pytest.raises(ValueError):
        letterbox(image, torch.zeros(0, 4), size)
