import math

import pytest
import torch
from solution import decode_boxes


def by_hand(anchor, delta, height, width, max_delta):
    x1, y1, x2, y2 = anchor
    dx, dy, dw, dh = delta
    cx, cy = (x1 + x2) / 2 + dx * (x2 - x1), (y1 + y2) / 2 + dy * (y2 - y1)
    w = (x2 - x1) * math.exp(min(dw, max_delta))
    h = (y2 - y1) * math.exp(min(dh, max_delta))
    box = [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]
    return [max(0.0, min(limit, v)) for v, limit in zip(box, [width, height, width, height], strict=True)]


@pytest.mark.parametrize("n, height, width, max_delta", [(1, 50, 80, 1.0), (20, 60, 30, 0.5), (30, 500, 900, 2.0)])
def test_matches_plain_python(n, height, width, max_delta):
    generator = torch.Generator().manual_seed(n)
    corner = torch.rand(n, 2, generator=generator, dtype=torch.float64) * 40
    anchors = torch.cat([corner, corner + 1 + 20 * torch.rand(n, 2, generator=generator, dtype=torch.float64)], dim=1)
    deltas = torch.randn(n, 4, generator=generator, dtype=torch.float64)
    copies = anchors.clone(), deltas.clone()
    got = decode_boxes(anchors, deltas, (height, width), max_delta)
    assert got.shape == (n, 4)
    want = [by_hand(a, d, height, width, max_delta) for a, d in zip(anchors.tolist(), deltas.tolist(), strict=True)]
    assert torch.allclose(got, torch.tensor(want, dtype=torch.float64), rtol=1e-9)
    assert torch.equal(anchors, copies[0])
    assert torch.equal(deltas, copies[1])


def test_no_offset_gives_the_anchor():
    anchors = torch.tensor([[10.0, 20.0, 30.0, 25.0]])
    assert decode_boxes(anchors, torch.zeros(1, 4), (100, 100)).tolist() == anchors.tolist()


def test_worked_out_by_hand():
    anchors = torch.tensor([[10.0, 20.0, 14.0, 30.0]])
    deltas = torch.tensor([[0.5, -0.1, math.log(2), math.log(0.5)]])
    got = decode_boxes(anchors, deltas, (100, 100))[0].tolist()
    assert got == pytest.approx([10.0, 21.5, 18.0, 26.5], rel=1e-5)


def test_huge_offsets_stay_finite():
    anchors = torch.tensor([[100.0, 200.0, 101.0, 201.0]])
    got = decode_boxes(anchors, torch.tensor([[0.0, 0.0, 1e6, 1e6]]), (1000, 1000))[0].tolist()
    half = math.exp(4.0) / 2
    assert got == pytest.approx([100.5 - half, 200.5 - half, 100.5 + half, 200.5 + half], rel=1e-4)


def test_limits_of_the_image():
    anchors = torch.tensor([[-5.0, -6.0, 200.0, 300.0]])
    assert decode_boxes(anchors, torch.zeros(1, 4), (50, 70)).tolist() == [[0.0, 0.0, 70.0, 50.0]]


def test_no_anchors():
    assert decode_boxes(torch.zeros(0, 4), torch.zeros(0, 4), (5, 5)).shape == (0, 4)
