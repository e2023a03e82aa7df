import math

import pytest
import torch
from solution import LossMeter


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_matches_plain_sums(dtype):
    generator = torch.Generator().manual_seed(0)
    batches = [(torch.rand(shape, generator=generator) * 9).to(dtype) for shape in [(64,), (5,), (3, 4), (1, 1, 2)]]
    before = [batch.clone() for batch in batches]
    meter = LossMeter()
    for batch in batches:
        meter.update(batch)
    assert all(torch.equal(a, b) for a, b in zip(before, batches, strict=True))
    values = [value for batch in batches for value in batch.flatten().tolist()]
    assert meter.total == pytest.approx(math.fsum(values), rel=1e-12)
    assert meter.count == len(values)
    assert meter.mean() == pytest.approx(math.fsum(values) / len(values), rel=1e-12)


def test_by_hand():
    meter = LossMeter()
    meter.update(torch.tensor([1.0, 2.0, 3.0], dtype=torch.float16))
    meter.update(torch.tensor([10.0], dtype=torch.float16))
    assert (meter.total, meter.count, meter.mean()) == (16.0, 4, 4.0)
    assert isinstance(meter.total, float)
    assert isinstance(meter.count, int)


def test_sums_beyond_half_precision():
    meter = LossMeter()
    meter.update(torch.full((100,), 1000.0, dtype=torch.float16))
    meter.update(torch.full((4096,), 60000.0, dtype=torch.float16))
    assert meter.total == pytest.approx(100 * 1000.0 + 4096 * 60000.0, rel=1e-12)


def test_small_losses_beside_large_sums():
    meter = LossMeter()
    meter.update(torch.tensor([2.0**25]))
    for _ in range(3):
        meter.update(torch.ones(2, dtype=torch.bfloat16))
    assert meter.total == 2.0**25 + 6
    big = LossMeter()
    big.update(torch.tensor([2.0**25] + [1.0] * 7))
    assert big.total == 2.0**25 + 7


def test_workers_with_different_counts():
    one, other = LossMeter(), LossMeter()
    one.update(torch.tensor([1.0]))
    other.update(torch.tensor([4.0, 4.0, 4.0]))
    one.merge(other.total, other.count)
    assert (one.total, one.count, one.mean()) == (13.0, 4, 3.25)
    assert (other.total, other.count) == (12.0, 3)


def test_nothing_added():
    meter = LossMeter()
    meter.update(torch.zeros(0, dtype=torch.float16))
    assert (meter.total, meter.count) == (0.0, 0)
    assert math.isnan(meter.mean())


def test_one_loss_and_gradients():
    meter = LossMeter()
    meter.update(torch.tensor(0.5, requires_grad=True))
    assert (meter.count, meter.mean()) == (1, 0.5)
