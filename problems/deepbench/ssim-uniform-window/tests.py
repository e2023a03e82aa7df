import statistics

import pytest
import torch
from solution import ssim


def by_hand(a, b, window, data_range):
    """One pair of images (C, H, W)."""
    k1, k2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    values = []
    for x, y in zip(a.double(), b.double(), strict=True):
        for i in range(x.shape[0] - window + 1):
            for j in range(x.shape[1] - window + 1):
                p = x[i : i + window, j : j + window].flatten().tolist()
                q = y[i : i + window, j : j + window].flatten().tolist()
                m, n = statistics.fmean(p), statistics.fmean(q)
                v, w = statistics.pvariance(p), statistics.pvariance(q)
                c = statistics.fmean((s - m) * (t - n) for s, t in zip(p, q, strict=True))
                values.append((2 * m * n + k1) * (2 * c + k2) / ((m * m + n * n + k1) * (v + w + k2)))
    return statistics.fmean(values)


@pytest.mark.parametrize(
    ("shape", "window"), [((1, 1, 3, 3), 3), ((2, 3, 5, 4), 2), ((3, 2, 4, 6), 3), ((1, 1, 8, 7), 7)]
)
def test_matches_plain_loops(shape, window):
    generator = torch.Generator().manual_seed(window)
    a = torch.rand(shape, generator=generator)
    b = (a + 0.2 * torch.randn(shape, generator=generator)).clamp(0, 1)
    before = a.clone(), b.clone()
    got = ssim(a, b, window)
    assert torch.equal(a, before[0])
    assert torch.equal(b, before[1])
    assert got.dtype == torch.float64
    assert got.tolist() == pytest.approx([by_hand(x, y, window, 1.0) for x, y in zip(a, b, strict=True)], rel=1e-7)


def test_bytes():
    generator = torch.Generator().manual_seed(9)
    a, b = (torch.randint(0, 256, (2, 1, 5, 5), generator=generator, dtype=torch.uint8) for _ in range(2))
    want = [by_hand(x, y, 4, 255.0) for x, y in zip(a, b, strict=True)]
    assert ssim(a, b, 4, 255.0).tolist() == pytest.approx(want, rel=1e-7)


def test_by_hand():
    # One window of one pixel: variances and covariance are 0.
    got = ssim(torch.full((1, 1, 1, 1), 0.5), torch.full((1, 1, 1, 1), 0.25), 1)
    assert got.tolist() == pytest.approx([(0.25 + 1e-4) / (0.3125 + 1e-4)])


def test_equal_images():
    a = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(3))
    assert ssim(a, a).tolist() == pytest.approx([1.0, 1.0])


def test_opposite_images():
    a = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])
    assert ssim(a, 1 - a, 2).tolist() == pytest.approx([(-0.5 + 9e-4) / (0.5 + 9e-4)])


def test_bright_and_smooth_images_in_float32():
    generator = torch.Generator().manual_seed(4)
    a, b = (250 + torch.rand(1, 1, 8, 8, generator=generator) / 8 for _ in range(2))
    assert ssim(a, b, 4, 1.0).tolist() == pytest.approx([by_hand(a[0], b[0], 4, 1.0)], rel=1e-6)


def test_seven_is_the_default_window():
    a, b = (torch.rand(1, 1, 8, 9, generator=torch.Generator().manual_seed(s)) for s in (5, 6))
    assert ssim(a, b).tolist() == pytest.approx([by_hand(a[0], b[0], 7, 1.0)], rel=1e-7)


def test_errors():
    for a, b, window in [
        ((1, 1, 4, 4), (1, 1, 4, 5), 2),
        ((1, 1, 4, 5), (1, 1, 4, 5), 5),
        ((1, 1, 5, 4), (1, 1, 5, 4), 5),
    ]:
        with pytest.raises(ValueError):
            ssim(torch.zeros(a), torch.zeros(b), window)
