import math

import pytest
import torch
from solution import pyramid_anchors


def by_hand(image_size, strides, sizes, ratios):
    """Boxes and levels as lists, from nested loops."""
    height, width = image_size
    boxes, levels = [], []
    for level, (stride, size) in enumerate(zip(strides, sizes, strict=True)):
        for i in range(math.ceil(height / stride)):
            for j in range(math.ceil(width / stride)):
                for ratio in ratios:
                    w = math.sqrt(size * size / ratio)
                    h = w * ratio
                    x, y = (j + 0.5) * stride, (i + 0.5) * stride
                    boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
                    levels.append(level)
    return boxes, levels


@pytest.mark.parametrize(
    "image_size, strides, sizes, ratios",
    [
        ((32, 48), [8, 16], [12.0, 30.0], [0.5, 1.0, 2.0]),
        ((33, 50), [8, 16, 32], [10.0, 20.0, 41.5], [1.0, 3.0]),
        ((7, 5), [8], [6.0], [0.25]),
        ((16, 40), [16, 4], [9.0, 3.0], [2.0, 0.3]),
        ((1, 1), [1], [1.0], [1.0]),
    ],
)
def test_matches_nested_loops(image_size, strides, sizes, ratios):
    boxes, levels, inside = pyramid_anchors(image_size, strides, sizes, ratios)
    want_boxes, want_levels = by_hand(image_size, strides, sizes, ratios)
    assert boxes.dtype == torch.float32
    assert levels.dtype == torch.int64
    assert inside.dtype == torch.bool
    assert boxes.shape == (len(want_boxes), 4)
    assert (boxes.double() - torch.tensor(want_boxes, dtype=torch.float64)).abs().max().item() <= 1e-4
    assert levels.tolist() == want_levels
    height, width = image_size
    assert inside.tolist() == [
        x1 >= -1e-9 and y1 >= -1e-9 and x2 <= width + 1e-9 and y2 <= height + 1e-9 for x1, y1, x2, y2 in want_boxes
    ]


def test_order_and_shape_of_a_small_case():
    boxes, levels, inside = pyramid_anchors((4, 8), [4, 8], [2.0, 4.0], [4.0, 1.0])
    assert boxes.tolist() == [
        [1.5, 0.0, 2.5, 4.0],
        [1.0, 1.0, 3.0, 3.0],
        [5.5, 0.0, 6.5, 4.0],
        [5.0, 1.0, 7.0, 3.0],
        [3.0, 0.0, 5.0, 8.0],
        [2.0, 2.0, 6.0, 6.0],
    ]
    assert levels.tolist() == [0, 0, 0, 0, 1, 1]
    assert inside.tolist() == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    "image_size, stride, size, ratio, want",
    [
        ((8, 8), 8, 8.0, 1.0, True),
        ((8, 8), 8, 8.5, 1.0, False),
        ((8, 7), 8, 8.0, 1.0, False),
        ((7, 8), 8, 8.0, 1.0, False),
        ((8, 16), 16, 8.0, 0.25, False),
        ((16, 8), 16, 8.0, 4.0, False),
        ((16, 16), 16, 8.0, 4.0, True),
        ((16, 16), 16, 8.0, 0.25, True),
        ((16, 16), 16, 9.0, 4.0, False),
        ((16, 16), 16, 9.0, 0.25, False),
    ],
)
def test_touching_the_border_is_inside(image_size, stride, size, ratio, want):
    assert pyramid_anchors(image_size, [stride], [size], [ratio])[2].tolist() == [want]


@pytest.mark.parametrize("strides, sizes, ratios", [([], [], [1.0]), ([8, 16], [8.0, 16.0], []), ([], [], [])])
def test_no_anchors(strides, sizes, ratios):
    boxes, levels, inside = pyramid_anchors((32, 32), strides, sizes, ratios)
    assert (boxes.shape, levels.shape, inside.shape) == ((0, 4), (0,), (0,))
    assert (boxes.dtype, levels.dtype, inside.dtype) == (torch.float32, torch.int64, torch.bool)


@pytest.mark.parametrize(
    "image_size, strides, sizes, ratios",
    [
        ((32, 32), [8, 16], [8.0], [1.0]),
        ((32, 32), [8], [8.0, 16.0], [1.0]),
        ((0, 32), [8], [8.0], [1.0]),
        ((32, -1), [8], [8.0], [1.0]),
        ((32, 32), [8, 0], [8.0, 8.0], [1.0]),
        ((32, 32), [8], [-8.0], [1.0]),
        ((32, 32), [8], [0.0], [1.0]),
        ((32, 32), [8], [8.0], [1.0, 0.0]),
        ((32, 32), [8], [8.0], [-1.0]),
    ],
)
def test_wrong_arguments_are_refused(image_size, strides, sizes, ratios):
    with pytest.raises(ValueError):
        pyramid_anchors(image_size, strides, sizes, ratios)
