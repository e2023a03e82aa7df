import math

import pytest
import torch
from solution import expected_value, two_hot


def squash(v):
    return math.copysign(math.log1p(abs(v)), v)


def target_by_hand(v, bins):
    s = min(max(squash(v), bins[0]), bins[-1])
    row = [0.0] * len(bins)
    for i in range(len(bins) - 1):
        if bins[i] <= s <= bins[i + 1]:
            row[i] = (bins[i + 1] - s) / (bins[i + 1] - bins[i])
            row[i + 1] = 1 - row[i]
            break
    return row


def uneven(seed, k):
    generator = torch.Generator().manual_seed(seed)
    steps = torch.rand(k, generator=generator, dtype=torch.float64) + 0.1
    return steps.cumsum(0) - steps.sum() / 2


@pytest.mark.parametrize(("shape", "k"), [((6,), 2), ((3, 4), 5), ((2, 3, 2), 9), ((), 4)])
def test_targets_match_plain_loops(shape, k):
    bins = uneven(k, k)
    values = torch.randn(shape, generator=torch.Generator().manual_seed(k), dtype=torch.float64) * 5
    before = values.clone(), bins.clone()
    got = two_hot(values, bins)
    assert torch.equal(values, before[0])
    assert torch.equal(bins, before[1])
    assert got.shape == (*shape, k)
    assert got.dtype == torch.float64
    for row, v in zip(got.reshape(-1, k).tolist(), values.flatten().tolist(), strict=True):
        assert row == pytest.approx(target_by_hand(v, bins.tolist()), abs=1e-9)


def test_by_hand():
    bins = torch.tensor([-1.0, 0.0, 2.0, 3.0])
    got = two_hot(torch.tensor([math.e - 1, 0.0, -(math.e**0.25 - 1), 1e6, -1e6]), bins)
    assert got.dtype == torch.float32
    want = [[0, 0.5, 0.5, 0], [0, 1, 0, 0], [0.25, 0.75, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float32), rtol=1e-5, atol=1e-6)


def test_values_on_a_bin_get_one_hot():
    bins = torch.tensor([-math.log(5), -math.log(2), 0.0, math.log(2), math.log(3)], dtype=torch.float64)
    got = two_hot(torch.tensor([-4.0, -1.0, 0.0, 1.0, 2.0], dtype=torch.float64), bins)
    torch.testing.assert_close(got, torch.eye(5, dtype=torch.float64), rtol=0, atol=1e-12)


def test_no_values():
    assert two_hot(torch.zeros(0, 2), torch.tensor([0.0, 1.0])).shape == (0, 2, 2)


def test_expected_value_matches_plain_formula():
    bins = uneven(3, 6)
    logits = torch.randn(4, 3, 6, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 3
    got = expected_value(logits, bins)
    assert got.shape == (4, 3)
    for row, value in zip(logits.reshape(-1, 6).tolist(), got.flatten().tolist(), strict=True):
        total = sum(math.exp(x) for x in row)
        s = sum(math.exp(x) / total * b for x, b in zip(row, bins.tolist(), strict=True))
        assert value == pytest.approx(math.copysign(math.exp(abs(s)) - 1, s), rel=1e-9)


def test_round_trip():
    bins = torch.linspace(-6, 6, 25, dtype=torch.float64)
    values = torch.tensor([0.0, 0.3, -0.3, 17.5, -250.0], dtype=torch.float64)
    got = expected_value(two_hot(values, bins).log(), bins)
    torch.testing.assert_close(got, values, rtol=1e-9, atol=1e-9)


def test_numbers_near_zero_keep_their_accuracy():
    bins = torch.tensor([-1e-5, 3e-5])
    assert expected_value(torch.zeros(2), bins).item() == pytest.approx(math.expm1(1e-5), rel=1e-4)
    got = two_hot(torch.tensor([1e-5]), bins)
    assert got[0].tolist() == pytest.approx([0.5, 0.5], rel=1e-4)


def test_large_logits_and_gradients():
    bins = torch.tensor([-1.0, 0.5, 2.0])
    logits = torch.tensor([1000.0, 0.0, -1000.0], requires_grad=True)
    value = expected_value(logits, bins)
    assert value.item() == pytest.approx(-(math.e - 1), rel=1e-5)
    value.backward()
    assert torch.isfinite(logits.grad).all()
    logits = torch.tensor([0.2, -0.3, 0.7], dtype=torch.float64, requires_grad=True)
    bins = bins.double()
    expected_value(logits, bins).backward()
    p = logits.detach().softmax(0)
    s = (p * bins).sum()
    torch.testing.assert_close(logits.grad, s.abs().exp() * p * (bins - s), rtol=1e-8, atol=1e-10)
