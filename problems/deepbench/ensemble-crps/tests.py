import itertools

import pytest
import torch
from solution import crps_ensemble


def by_hand(row, y, fair):
    m = len(row)
    pairs = sum(abs(a - b) for a, b in itertools.product(row, row))
    return sum(abs(x - y) for x in row) / m - pairs / (2 * (m * (m - 1) if fair else m * m))


def forecasts(seed, n, m):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, m, generator=generator) * 2 + 1, torch.randn(n, generator=generator)


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize(("n", "m"), [(1, 2), (4, 5), (5, 5), (3, 24)])
def test_matches_all_pairs(n, m, fair):
    samples, target = forecasts(n + m, n, m)
    before = samples.clone()
    got = crps_ensemble(samples, target, fair)
    assert torch.equal(samples, before)
    assert got.dtype == torch.float64
    want = [by_hand(row, y, fair) for row, y in zip(samples.tolist(), target.tolist(), strict=True)]
    assert got.tolist() == pytest.approx(want, rel=1e-9, abs=1e-12)


def test_by_hand():
    samples, target = torch.tensor([[3.0, 1.0]]), torch.tensor([0.0])
    assert crps_ensemble(samples, target).tolist() == pytest.approx([2.0 - 0.5])
    assert crps_ensemble(samples, target, fair=True).tolist() == pytest.approx([2.0 - 1.0])


def test_one_sample_is_the_absolute_error():
    assert crps_ensemble(torch.tensor([[2.0], [5.0]]), torch.tensor([3.0, 1.0])).tolist() == [1.0, 4.0]


def test_fair_needs_two_samples():
    with pytest.raises(ValueError):
        crps_ensemble(torch.ones(2, 1), torch.ones(2), fair=True)


def test_large_ensembles():
    m = 100_000
    samples = torch.arange(m, dtype=torch.float32).flip(0)[None] / m
    # Mean of |x - y| at y = 0 is (m - 1) / 2m; the mean distance of pairs is (m² - 1) / 3m².
    want = (m - 1) / (2 * m) - (m * m - 1) / (6 * m * m)
    assert crps_ensemble(samples, torch.zeros(1)).item() == pytest.approx(want, rel=1e-6)


def test_far_from_zero_in_float32():
    samples = torch.tensor([[2.0**23 + 1, 2.0**23, 2.0**23 + 3]])
    got = crps_ensemble(samples, torch.tensor([2.0**23 + 2]))
    assert got.tolist() == pytest.approx([4 / 3 - 12 / 18], rel=1e-9)


def test_gradients_reach_the_samples():
    samples = torch.tensor([[3.0, -1.0, 0.5]], requires_grad=True)
    crps_ensemble(samples, torch.tensor([1.0])).sum().backward()
    # sign(x - y) / 3 minus (number below - number above) / 9
    want = [1 / 3 - 2 / 9, -1 / 3 + 2 / 9, -1 / 3]
    assert samples.grad[0].tolist() == pytest.approx(want, rel=1e-5)
