import math

import pytest
import torch
from solution import psnr_per_step


def by_hand(predicted, true):
    steps = []
    for t in range(predicted.shape[1]):
        values = []
        for b in range(predicted.shape[0]):
            pairs = list(zip(predicted[b, t].flatten().tolist(), true[b, t].flatten().tolist(), strict=True))
            mse = sum((p - q) ** 2 for p, q in pairs) / len(pairs)
            values.append(min(100.0, 10 * math.log10(255**2 / mse)) if mse else 100.0)
        steps.append(sum(values) / len(values))
    return steps


@pytest.mark.parametrize("shape", [(1, 1, 1, 1, 2), (3, 4, 3, 5, 6), (4, 3, 1, 2, 7)])
def test_matches_plain_loops(shape):
    generator = torch.Generator().manual_seed(shape[1])
    true = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    predicted = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    before = predicted.clone(), true.clone()
    got = psnr_per_step(predicted, true)
    assert torch.equal(predicted, before[0])
    assert torch.equal(true, before[1])
    assert got.dtype == torch.float64
    assert got.tolist() == pytest.approx(by_hand(predicted, true), rel=1e-9)


def video(*frames):
    """One video of frames with two pixels."""
    return torch.tensor(frames, dtype=torch.uint8).reshape(1, len(frames), 1, 1, 2)


def test_by_hand():
    # Mean squared errors 1 and (3² + 1²) / 2 = 5.
    got = psnr_per_step(video((10, 20), (10, 20)), video((11, 19), (13, 19)))
    assert got.tolist() == pytest.approx([20 * math.log10(255), 20 * math.log10(255) - 10 * math.log10(5)])


def test_differences_of_bytes_are_not_cut_to_bytes():
    got = psnr_per_step(video((0, 255)), video((255, 0)))
    assert got.tolist() == pytest.approx([0.0], abs=1e-9)


def test_decibels_are_averaged_not_errors():
    predicted, true = torch.cat([video((0, 0)), video((0, 0))]), torch.cat([video((1, 1)), video((100, 100))])
    assert psnr_per_step(predicted, true).item() == pytest.approx(20 * math.log10(255) - 20)


def test_perfect_frames_have_100():
    frames = video((7, 8), (9, 10))
    assert psnr_per_step(frames, frames).tolist() == pytest.approx([100.0, 100.0])
    got = psnr_per_step(torch.cat([frames, frames]), torch.cat([frames, video((8, 9), (9, 10))]))
    assert got.tolist() == pytest.approx([50 + 10 * math.log10(255), 100.0])


def test_almost_perfect_frames_have_100_too():
    # One wrong value of 40 million would be more than 100; here a mean squared error of 1 / 250,000 is 102.1.
    true = torch.zeros(1, 1, 1, 500, 500, dtype=torch.uint8)
    predicted = true.clone()
    predicted[0, 0, 0, 3, 4] = 1
    assert psnr_per_step(predicted, true).tolist() == pytest.approx([100.0])
    predicted[0, 0, 0, :10, :10] = 1
    assert psnr_per_step(predicted, true).tolist() == pytest.approx([10 * math.log10(255**2 * 2500)])
