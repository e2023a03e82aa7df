import math

import pytest
import torch
from solution import decode_grid


def by_hand(raw, stride):
    images, _, height, width = raw.shape
    result = []
    for n in range(images):
        boxes = []
        for i in range(height):
            for j in range(width):
                tx, ty, tw, th = raw[n, :, i, j].tolist()
                x, y = (j + 1 / (1 + math.exp(-tx))) * stride, (i + 1 / (1 + math.exp(-ty))) * stride
                w, h = math.exp(tw) * stride, math.exp(th) * stride
                boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
        result.append(boxes)
    return torch.tensor(result, dtype=torch.float64)


@pytest.mark.parametrize(("shape", "stride"), [((1, 4, 1, 1), 8), ((2, 4, 3, 5), 16), ((3, 4, 4, 2), 1)])
def test_matches_plain_loops(shape, stride):
    raw = torch.randn(*shape, generator=torch.Generator().manual_seed(stride))
    before = raw.clone()
    got = decode_grid(raw, stride)
    assert torch.equal(raw, before)
    assert got.shape == (shape[0], shape[2] * shape[3], 4)
    assert (got.double() - by_hand(raw, stride)).abs().max().item() <= 1e-5 * stride


def test_by_hand():
    raw = torch.zeros(1, 4, 2, 3)
    raw[0, 2] = math.log(2.0)
    got = decode_grid(raw, 10)
    assert got[0, 0].tolist() == pytest.approx([-5.0, 0.0, 15.0, 10.0])
    # Row 1, column 2.
    assert got[0, 5].tolist() == pytest.approx([15.0, 10.0, 35.0, 20.0])
    # Row 0, column 1.
    assert got[0, 1].tolist() == pytest.approx([5.0, 0.0, 25.0, 10.0])
