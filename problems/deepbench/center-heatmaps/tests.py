import math

import pytest
import torch
from solution import decode_centers, encode_centers


def encode_by_hand(boxes, labels, n_classes, height, width, stride):
    heat = [[[0.0] * width for _ in range(height)] for _ in range(n_classes)]
    cells = {}
    for (x1, y1, x2, y2), label in zip(boxes, labels, strict=True):
        w, h, x, y = (x2 - x1) / stride, (y2 - y1) / stride, (x1 + x2) / 2 / stride, (y1 + y2) / 2 / stride
        column, row = math.floor(x), math.floor(y)
        if column < 0 or row < 0 or column >= width or row >= height:
            continue
        cells[row, column] = (x - column, y - row, w, h)
        sigma = max(w, h, 3.0) / 6
        for r in range(height):
            for c in range(width):
                value = math.exp(-((r - row) ** 2 + (c - column) ** 2) / (2 * sigma * sigma))
                heat[label][r][c] = max(heat[label][r][c], value)
    return heat, cells


@pytest.mark.parametrize(
    ("n", "n_classes", "height", "width", "stride"), [(1, 1, 5, 7, 4), (6, 2, 8, 6, 8), (20, 3, 9, 9, 2)]
)
def test_targets_match_plain_loops(n, n_classes, height, width, stride):
    generator = torch.Generator().manual_seed(n)
    middle = torch.rand(n, 2, generator=generator) * torch.tensor([width, height]) * stride * 1.2 - 0.1 * stride
    half = torch.rand(n, 2, generator=generator) * 4 * stride + 0.5
    boxes = torch.cat([middle - half, middle + half], dim=1)
    labels = torch.randint(0, n_classes, (n,), generator=generator)
    got = encode_centers(boxes, labels, n_classes, height, width, stride)
    assert [got[key].dtype for key in ("heatmap", "offset", "size")] == [torch.float32] * 3
    heat, cells = encode_by_hand(boxes.tolist(), labels.tolist(), n_classes, height, width, stride)
    torch.testing.assert_close(got["heatmap"], torch.tensor(heat), rtol=1e-4, atol=1e-6)
    numbers = torch.zeros(4, height, width)
    for (row, column), values in cells.items():
        numbers[:, row, column] = torch.tensor(values)
    torch.testing.assert_close(torch.cat([got["offset"], got["size"]]), numbers, rtol=1e-4, atol=1e-4)


def test_by_hand():
    got = encode_centers(torch.tensor([[2.0, 4.0, 12.0, 6.0]]), torch.tensor([1]), 2, 3, 4)
    # Centre (7, 5) is (1.75, 1.25) in cells; 2.5 x 0.5 cells, so sigma is 3 / 6.
    assert got["heatmap"][1, 1].tolist() == pytest.approx([math.exp(-2), 1, math.exp(-2), math.exp(-8)], rel=1e-4)
    assert got["heatmap"][1, 2, 2].item() == pytest.approx(math.exp(-4), rel=1e-4)
    assert not got["heatmap"][0].any()
    assert got["offset"][:, 1, 1].tolist() == [0.75, 0.25]
    assert got["size"][:, 1, 1].tolist() == [2.5, 0.5]
    assert int((got["size"] != 0).sum()) == 2


def test_objects_that_share_a_cell():
    boxes = torch.tensor([[0.0, 0.0, 40.0, 4.0], [16.0, 0.0, 24.0, 8.0]])
    got = encode_centers(boxes, torch.tensor([0, 0]), 1, 4, 8)
    assert got["size"][:, 0, 5].tolist() == [10.0, 1.0]
    assert got["size"][:, 1, 5].tolist() == [2.0, 2.0]
    got = encode_centers(boxes - torch.tensor([0.0, 0, 0, 1]), torch.tensor([0, 0]), 1, 4, 8)
    assert got["size"][:, 0, 5].tolist() == [2.0, 1.75]
    assert got["heatmap"][0, 0, 6].item() == pytest.approx(math.exp(-1 / (2 * (10 / 6) ** 2)), rel=1e-4)


def test_objects_outside_are_ignored():
    middle = torch.tensor([[-0.1, 4.0], [4.0, -0.1], [32.0, 4.0], [4.0, 16.0]])
    got = encode_centers(torch.cat([middle - 3, middle + 3], dim=1), torch.zeros(4, dtype=torch.int64), 1, 4, 8)
    assert not any(got[key].any() for key in got)
    middle = torch.tensor([[0.0, 0.0], [31.9, 15.9]])
    got = encode_centers(torch.cat([middle - 3, middle + 3], dim=1), torch.zeros(2, dtype=torch.int64), 1, 4, 8)
    assert int((got["heatmap"] == 1).sum()) == 2


def test_no_objects():
    got = encode_centers(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), 2, 3, 4)
    assert got["heatmap"].shape == (2, 3, 4)
    boxes, scores, labels = decode_centers(**got)
    assert (tuple(boxes.shape), tuple(scores.shape), tuple(labels.shape)) == ((0, 4), (0,), (0,))
    assert labels.dtype == torch.int64


@pytest.mark.parametrize(("stride", "min_score"), [(4, 0.1), (8, 0.6)])
def test_detections_match_plain_loops(stride, min_score):
    generator = torch.Generator().manual_seed(stride)
    heat = torch.randint(0, 12, (3, 6, 7), generator=generator) / 12
    offset = torch.rand(2, 6, 7, generator=generator)
    size = torch.rand(2, 6, 7, generator=generator) * 5
    before = heat.clone(), offset.clone(), size.clone()
    boxes, scores, labels = decode_centers(heat, offset, size, stride, min_score)
    assert all(torch.equal(a, b) for a, b in zip(before, (heat, offset, size), strict=True))
    want = []
    for c in range(3):
        for y in range(6):
            for x in range(7):
                around = heat[c, max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].max().item()
                score = heat[c, y, x].item()
                if score >= around and score >= min_score:
                    cx, cy = x + offset[0, y, x].item(), y + offset[1, y, x].item()
                    w, h = size[:, y, x].tolist()
                    box = [(cx - w / 2) * stride, (cy - h / 2) * stride, (cx + w / 2) * stride, (cy + h / 2) * stride]
                    want.append((-score, c, y, x, box))
    want.sort()
    assert labels.tolist() == [one[1] for one in want]
    assert scores.tolist() == [-one[0] for one in want]
    torch.testing.assert_close(boxes, torch.tensor([one[4] for one in want]), rtol=1e-4, atol=1e-4)


def test_round_trip():
    boxes = torch.tensor([[3.0, 5.0, 17.0, 20.0], [40.0, 8.0, 60.0, 30.0], [41.0, 40.0, 47.0, 50.0]])
    got, scores, labels = decode_centers(**encode_centers(boxes, torch.tensor([1, 0, 1]), 2, 16, 16), min_score=0.9)
    torch.testing.assert_close(got, boxes[[1, 0, 2]], rtol=1e-4, atol=1e-4)
    assert scores.tolist() == [1.0, 1.0, 1.0]
    assert labels.tolist() == [0, 1, 1]


def test_defaults_of_decoding():
    heat = torch.zeros(1, 1, 5)
    heat[0, 0] = torch.tensor([0.125, 0.0, 0.09, 0.0, 0.3])
    offset, size = torch.zeros(2, 1, 5), torch.ones(2, 1, 5)
    boxes, scores, _ = decode_centers(heat, offset, size)
    assert scores.tolist() == pytest.approx([0.3, 0.125])
    assert boxes.tolist() == [[14.0, -2.0, 18.0, 2.0], [-2.0, -2.0, 2.0, 2.0]]
    # A detection may have exactly the least score.
    assert decode_centers(heat, offset, size, min_score=0.125)[2].tolist() == [0, 0]
