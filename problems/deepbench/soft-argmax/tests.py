import math

import pytest
import torch
from solution import soft_argmax


def by_hand(heatmap, temperature):
    height, width = len(heatmap), len(heatmap[0])
    top = max(v for row in heatmap for v in row)
    total = x = y = 0.0
    for i, row in enumerate(heatmap):
        for j, value in enumerate(row):
            weight = math.exp((value - top) / temperature)
            total += weight
            x += weight * (j + 0.5) / width
            y += weight * (i + 0.5) / height
    return [x / total, y / total]


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (2, 3, 4, 7), (3, 1, 5, 2)])
@pytest.mark.parametrize("temperature", [0.3, 1.0, 5.0])
def test_matches_plain_python(shape, temperature):
    heatmaps = 3 * torch.randn(shape, generator=torch.Generator().manual_seed(shape[2]), dtype=torch.float64)
    want = [[by_hand(one, temperature) for one in maps] for maps in heatmaps.tolist()]
    got = soft_argmax(heatmaps, temperature)
    assert got.dtype == torch.float64
    assert got.shape == (*shape[:2], 2)
    assert torch.allclose(got, torch.tensor(want, dtype=torch.float64), rtol=1e-9)


def test_worked_out_by_hand():
    heatmaps = torch.zeros(1, 2, 2, 4)
    heatmaps[0, 1, 0] = math.log(3)
    # A flat map has its middle; in the other, the upper row weighs three times the lower one.
    assert soft_argmax(heatmaps)[0].tolist() == [pytest.approx([0.5, 0.5]), pytest.approx([0.5, 0.375])]


def test_a_sharp_peak_gives_its_cell():
    heatmaps = torch.zeros(1, 1, 3, 5)
    heatmaps[0, 0, 2, 1] = 1.0
    assert soft_argmax(heatmaps, 0.01)[0, 0].tolist() == pytest.approx([0.3, 2.5 / 3], rel=1e-5)


def test_large_values():
    heatmaps = torch.full((1, 2, 3, 3), -1e4)
    heatmaps[0, 0, 0, 2] = 1e4
    got = soft_argmax(heatmaps)
    assert got[0, 0].tolist() == pytest.approx([2.5 / 3, 0.5 / 3], rel=1e-5)
    assert got[0, 1].tolist() == pytest.approx([0.5, 0.5], rel=1e-5)


def test_gradient():
    heatmaps = torch.randn(1, 1, 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    heatmaps.requires_grad_()
    soft_argmax(heatmaps, 2.0)[0, 0, 0].backward()
    step = 1e-6
    for i, j in [(0, 0), (2, 3)]:
        moved = heatmaps.detach().clone()
        moved[0, 0, i, j] += step
        difference = by_hand(moved[0, 0].tolist(), 2.0)[0] - by_hand(heatmaps[0, 0].tolist(), 2.0)[0]
        assert heatmaps.grad[0, 0, i, j].item() == pytest.approx(difference / step, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_temperature_must_be_positive(temperature):
    with pytest.raises(ValueError):
        soft_argmax(torch.zeros(1, 1, 2, 2), temperature)
