import math

import pytest
import torch
from solution import mean_max_pool


def by_hand(hidden, mask):
    rows = []
    for vectors, flags in zip(hidden.double().tolist(), mask.tolist(), strict=True):
        kept = [vector for vector, flag in zip(vectors, flags, strict=True) if flag]
        columns = list(zip(*kept, strict=True)) if kept else [[0.0]] * hidden.shape[2]
        rows.append([math.fsum(c) / len(c) for c in columns] + [max(c) for c in columns])
    return torch.tensor(rows, dtype=torch.float64)


def random_case(n_batch, n_tokens, dim, seed=0, shift=0.0):
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(n_batch, n_tokens, dim, generator=generator, dtype=torch.float64) + shift
    mask = torch.rand(n_batch, n_tokens, generator=generator) < 0.5
    mask[:, n_tokens // 2] = True
    return hidden, mask


@pytest.mark.parametrize(
    "n_batch, n_tokens, dim, shift", [(1, 1, 1, -10.0), (3, 5, 2, 0.0), (3, 5, 2, -10.0), (4, 2, 6, 0.0)]
)
def test_matches_plain_python(n_batch, n_tokens, dim, shift):
    hidden, mask = random_case(n_batch, n_tokens, dim, shift=shift)
    got = mean_max_pool(hidden, mask)
    assert got.dtype == torch.float64
    assert got.shape == (n_batch, 2 * dim)
    assert (got - by_hand(hidden, mask)).abs().max().item() <= 1e-12


@pytest.mark.parametrize("kept", [torch.tensor([1, 2, -1]), torch.tensor([1.0, 2.5, -1.0])])
def test_any_mask_other_than_zero_is_a_token(kept):
    hidden, mask = random_case(3, 4, 3, seed=2)
    numbers = torch.where(mask, kept[[0, 1, 2, 0]], torch.zeros_like(kept[:1]))
    assert numbers.dtype == kept.dtype
    assert (mean_max_pool(hidden, numbers) - by_hand(hidden, mask)).abs().max().item() <= 1e-12


def test_padding_may_be_anything():
    # Each kind of junk has a text with tokens and one without.
    hidden, mask = random_case(8, 5, 2, seed=3)
    mask[4:] = False
    want = by_hand(hidden, mask)
    junk = torch.tensor([math.nan, math.inf, -math.inf, 1e300], dtype=torch.float64).repeat(2)
    hidden = torch.where(mask[..., None], hidden, junk[:, None, None]).requires_grad_()
    got = mean_max_pool(hidden, mask)
    assert (got - want).abs().max().item() <= 1e-12
    (gradient,) = torch.autograd.grad((got**2).sum() + got.sum(), hidden)
    assert torch.isfinite(gradient).all()
    assert torch.equal(gradient[~mask], torch.zeros(int((~mask).sum()), 2, dtype=torch.float64))


def test_gradient_of_both_halves():
    hidden, mask = random_case(3, 4, 2, seed=4)
    hidden.requires_grad_()
    probe = torch.tensor([1.0, 2.0, 10.0, 20.0], dtype=torch.float64)
    (gradient,) = torch.autograd.grad((mean_max_pool(hidden, mask) * probe).sum(), hidden)
    want = torch.zeros_like(gradient)
    for b, vectors in enumerate(hidden.tolist()):
        kept = [t for t in range(4) if mask[b, t]]
        for d in range(2):
            want[b, kept, d] += (d + 1) / len(kept)
            want[b, max(kept, key=lambda t, d=d: vectors[t][d]), d] += 10.0 * (d + 1)
    assert torch.allclose(gradient, want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(torch.float16, 1e-3), (torch.bfloat16, 8e-3)])
def test_long_texts_in_half_precision(dtype, tolerance):
    hidden = torch.full((1, 3000, 2), 100.0, dtype=dtype)
    hidden[0, 1000:, 1] = 1.0
    mask = torch.ones(1, 3000, dtype=torch.bool)
    mask[0, 2500:] = False
    got = mean_max_pool(hidden, mask)
    assert got.dtype == dtype
    for value, want in zip(got[0].tolist(), [100.0, (1000 * 100 + 1500) / 2500, 100.0, 100.0], strict=True):
        assert value == pytest.approx(want, rel=tolerance)


def test_single_precision():
    hidden, mask = random_case(2, 6, 3, seed=5)
    got = mean_max_pool(hidden.float(), mask)
    assert got.dtype == torch.float32
    assert (got.double() - by_hand(hidden, mask)).abs().max().item() <= 1e-5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_no_positions_at_all(dtype):
    got = mean_max_pool(torch.zeros(2, 0, 3, dtype=dtype), torch.zeros(2, 0, dtype=torch.bool))
    assert got.dtype == dtype
    assert torch.equal(got, torch.zeros(2, 6, dtype=dtype))


def test_wrong_mask_is_refused():
    for shape in ((2, 4), (1, 3), (2, 3, 1), (3,), (2, 1)):
        with pytest.raises(ValueError):
            mean_max_pool(torch.zeros(2, 3, 4), torch.ones(shape))
