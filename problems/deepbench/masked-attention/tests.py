import math

import numpy as np
import pytest
import torch
from solution import masked_attention


def by_hand(query, key, value, lengths=None, causal=False):
    """Output and weights in float64 numpy, for one query at a time."""
    q, k, v = (x.detach().double().numpy() for x in (query, key, value))
    n_batch, n_head, n_query, dim = q.shape
    n_key, dim_value = v.shape[-2:]
    output, weights = np.zeros((n_batch, n_head, n_query, dim_value)), np.zeros((n_batch, n_head, n_query, n_key))
    for b, h, i in np.ndindex(n_batch, n_head, n_query):
        seen = n_key if lengths is None else lengths[b]
        if causal:
            seen = min(seen, max(0, i + n_key - n_query + 1))
        if seen:
            scores = k[b, h, :seen] @ q[b, h, i] / math.sqrt(dim)
            exps = np.exp(scores - scores.max())
            weights[b, h, i, :seen] = exps / exps.sum()
            output[b, h, i] = weights[b, h, i, :seen] @ v[b, h, :seen]
    return torch.from_numpy(output), torch.from_numpy(weights)


def random_inputs(n_query, n_key, dim=4, dim_value=3, dtype=torch.float64, n_batch=2, n_head=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = [(n_query, dim), (n_key, dim), (n_key, dim_value)]
    return [
        torch.randn(n_batch, n_head, *shape, generator=generator, dtype=torch.float64).to(dtype) for shape in shapes
    ]


def close(got, want, tolerance):
    return got.shape == want.shape and (got.double() - want).abs().max().item() <= tolerance


@pytest.mark.parametrize(
    "n_query, n_key, causal, padded",
    [
        (3, 3, False, False),
        (3, 3, True, True),
        (2, 5, True, False),
        (2, 5, False, True),
        (5, 2, True, True),
        (1, 1, True, False),
        (1, 4, True, True),
    ],
)
def test_matches_the_definition(n_query, n_key, causal, padded):
    inputs = random_inputs(n_query, n_key)
    lengths = [n_key, (n_key + 1) // 2] if padded else None
    output, weights = masked_attention(*inputs, None if lengths is None else torch.tensor(lengths), causal)
    want_output, want_weights = by_hand(*inputs, lengths, causal)
    assert output.dtype == weights.dtype == torch.float64
    assert close(output, want_output, 1e-10)
    assert close(weights, want_weights, 1e-10)
    assert torch.equal(weights == 0, want_weights == 0)


def test_rows_without_keys_are_zero_and_differentiable():
    inputs = [x.requires_grad_() for x in random_inputs(4, 2)]
    output, weights = masked_attention(*inputs, torch.tensor([0, 2]), True)
    assert torch.equal(output[0], torch.zeros_like(output[0]))
    assert torch.equal(weights[0], torch.zeros_like(weights[0]))
    assert torch.equal(weights[1, :, :2], torch.zeros(2, 2, 2, dtype=torch.float64))
    gradients = torch.autograd.grad((output**2).sum() + (weights**3).sum(), inputs)
    for gradient in gradients:
        assert torch.isfinite(gradient).all()
        assert torch.equal(gradient[0], torch.zeros_like(gradient[0]))
        assert gradient[1].abs().max().item() > 0


def test_padding_holds_anything():
    # Of five batch elements, four are padded, each with something else.
    lengths = [4, 2, 2, 2, 2]
    query, key, value = random_inputs(3, 4, n_batch=5)
    want = by_hand(query, key, value, lengths)[0]
    for b, junk in enumerate((math.nan, math.inf, -math.inf, 1e30), start=1):
        for tensor in (key, value):
            tensor[b, :, 2:] = junk
    inputs = [x.requires_grad_() for x in (query, key, value)]
    output, weights = masked_attention(*inputs, torch.tensor(lengths))
    assert close(output.detach(), want, 1e-10)
    assert torch.isfinite(weights).all()
    gradients = torch.autograd.grad((output**2).sum(), inputs)
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
    for gradient in gradients[1:]:
        assert torch.equal(gradient[1:, :, 2:], torch.zeros_like(gradient[1:, :, 2:]))


def test_gradient_agrees_with_attention_over_the_real_keys_alone():
    query, key, value = (x.requires_grad_() for x in random_inputs(3, 5, seed=4))
    probe = torch.linspace(-1, 1, 2 * 2 * 3 * 3, dtype=torch.float64).view(2, 2, 3, 3)
    output, _ = masked_attention(query, key, value, torch.tensor([5, 2]))
    got = torch.autograd.grad((output * probe).sum(), (query, key, value))
    total = 0.0
    for b, length in enumerate([5, 2]):
        scores = torch.einsum("hid,hjd->hij", query[b], key[b, :, :length]) * 0.5
        exps = scores.exp()
        plain = torch.einsum("hij,hjd->hid", exps / exps.sum(-1, keepdim=True), value[b, :, :length])
        total = total + (plain * probe[b]).sum()
    want = torch.autograd.grad(total, (query, key, value))
    for a, b in zip(got, want, strict=True):
        assert close(a, b, 1e-10)


@pytest.mark.parametrize("dtype, tolerance", [(torch.float16, 2e-3), (torch.bfloat16, 8e-3)])
def test_half_precision_is_computed_in_single(dtype, tolerance):
    query, key, value = random_inputs(3, 4, dim=64, dtype=dtype, seed=2)
    key = key * 0.05
    query[..., 0] = 300.0
    key[..., 0] = torch.tensor([300.0, 300.0, -300.0, 300.0], dtype=dtype)
    output, weights = masked_attention(query, key, value, torch.tensor([4, 1]), True)
    want_output, want_weights = by_hand(query, key, value, [4, 1], True)
    assert output.dtype == weights.dtype == dtype
    assert close(output, want_output, 3 * tolerance)
    assert close(weights, want_weights, tolerance)


def test_half_precision_rounds_once():
    query = torch.full((1, 1, 1, 1), 30.0, dtype=torch.bfloat16)
    key = torch.tensor([1.0, 1.0078125], dtype=torch.bfloat16).view(1, 1, 2, 1)
    value = torch.tensor([0.0, 1.0], dtype=torch.bfloat16).view(1, 1, 2, 1)
    output, _ = masked_attention(query, key, value)
    # tolerance: the output is bfloat16, which has 8 bits
    assert output.item() == pytest.approx(1 / (1 + math.exp(-30 * 0.0078125)), abs=2e-3)


def test_large_scores_do_not_overflow():
    query, key, value = (x.float() for x in random_inputs(2, 3, seed=5))
    output, weights = masked_attention(query * 100, key * 100, value)
    want_output, want_weights = by_hand(query * 100, key * 100, value)
    assert close(output, want_output, 1e-3)
    assert close(weights, want_weights, 1e-3)


def test_impossible_lengths_are_refused():
    inputs = random_inputs(2, 3)
    for lengths in ([4, 1], [-1, 2]):
        with pytest.raises(ValueError):
            masked_attention(*inputs, torch.tensor(lengths))
