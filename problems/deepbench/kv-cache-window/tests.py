import functools
import math

import pytest
import torch
from solution import CachedAttention
from torch import nn


@functools.cache
def layers(features, bias=True):
    torch.manual_seed(features)
    return nn.Linear(features, 3 * features, bias=bias), nn.Linear(features, features, bias=bias)


def whole(qkv, out, n_heads, window, x):
    """One sequence (T, D) at once, position by position and head by head, in float64."""
    features = x.shape[1]
    size = features // n_heads

    def linear(layer, v):
        result = v @ layer.weight.detach().double().T
        return result if layer.bias is None else result + layer.bias.detach().double()

    projected = linear(qkv, x.double())
    rows = []
    for p in range(len(x)):
        seen = slice(max(0, p - window + 1), p + 1)
        heads = []
        for h in range(n_heads):
            q = projected[p, h * size : (h + 1) * size]
            keys = projected[seen, features + h * size : features + (h + 1) * size]
            values = projected[seen, 2 * features + h * size : 2 * features + (h + 1) * size]
            logits = keys @ q / math.sqrt(size)
            exps = torch.exp(logits - logits.max())
            heads.append(exps / exps.sum() @ values)
        rows.append(torch.cat(heads))
    return linear(out, torch.stack(rows))


def close(got, want):
    return got.shape == want.shape and (got.double() - want).abs().max().item() <= 1e-5


@pytest.mark.parametrize(
    ("pieces", "window"),
    [([7], 3), ([3, 1], 50), ([1] * 3, 1), ([1] * 4, 3), ([1, 4, 1], 2), ([2, 5, 1], 5)],
)
def test_pieces_give_the_whole(pieces, window):
    qkv, out = layers(4)
    x = torch.randn(2, sum(pieces), 4, generator=torch.Generator().manual_seed(window)) * 2
    cache = CachedAttention(qkv, out, 2, window)
    got = torch.cat([cache.step(piece) for piece in x.split(pieces, dim=1)], dim=1)
    assert not got.requires_grad
    assert (cache.length, cache.cached) == (sum(pieces), min(sum(pieces), window - 1))
    for row in range(2):
        assert close(got[row], whole(qkv, out, 2, window, x[row]))


@pytest.mark.parametrize(
    ("features", "n_heads", "bias", "pieces"), [(4, 1, True, [6]), (8, 4, False, [4, 2]), (3, 3, True, [6])]
)
def test_heads_and_biases(features, n_heads, bias, pieces):
    qkv, out = layers(features, bias)
    x = torch.randn(1, 6, features, generator=torch.Generator().manual_seed(1)) * 2
    cache = CachedAttention(qkv, out, n_heads, 4)
    got = torch.cat([cache.step(piece) for piece in x.split(pieces, dim=1)], dim=1)
    assert close(got[0], whole(qkv, out, n_heads, 4, x[0]))


def test_large_activations_stay_finite():
    qkv, out = layers(4)
    x = torch.randn(1, 5, 4, generator=torch.Generator().manual_seed(2)) * 1000
    cache = CachedAttention(qkv, out, 2, 3)
    got = torch.cat([cache.step(x[:, :2]), cache.step(x[:, 2:])], dim=1)
    assert torch.isfinite(got).all()


def test_reorder_continues_the_selected_sequences():
    qkv, out = layers(4)
    generator = torch.Generator().manual_seed(3)
    cache, fed = CachedAttention(qkv, out, 2, 4), torch.randn(3, 4, 4, generator=generator)
    cache.step(fed)
    for rows in ([2, 0, 1], [2, 2, 0, 1, 0], [3]):
        cache.reorder(torch.tensor(rows))
        assert (cache.length, cache.cached) == (fed.shape[1], 3)
        more = torch.randn(len(rows), 2, 4, generator=generator)
        fed = torch.cat([fed[rows], more], dim=1)
        got = cache.step(more)
        for sequence, outputs in zip(fed, got, strict=True):
            assert close(outputs, whole(qkv, out, 2, 4, sequence)[-2:])


def test_reset_starts_anew():
    qkv, out = layers(4)
    x = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(4))
    cache = CachedAttention(qkv, out, 2, 3)
    assert (cache.length, cache.cached) == (0, 0)
    cache.reorder(torch.tensor([0]))
    cache.step(x[:2, :1])
    assert (cache.length, cache.cached) == (1, 1)
    cache.step(x[:2, 1:4])
    assert (cache.length, cache.cached) == (4, 2)
    cache.reset()
    assert (cache.length, cache.cached) == (0, 0)
    got = cache.step(x)
    for row in range(3):
        assert close(got[row], whole(qkv, out, 2, 3, x[row]))


def test_two_caches_are_independent():
    qkv, out = layers(4)
    x = torch.randn(2, 4, 4, generator=torch.Generator().manual_seed(5))
    one, two = (CachedAttention(qkv, out, 2, 3) for _ in range(2))
    one.step(x[:1, :2])
    two.step(x[1:, :2])
    assert close(one.step(x[:1, 2:])[0], whole(qkv, out, 2, 3, x[0])[2:])
    assert close(two.step(x[1:, 2:])[0], whole(qkv, out, 2, 3, x[1])[2:])


@pytest.mark.parametrize(("window", "shapes"), [(1, [(3, 1, 4)]), (3, [(1, 1, 4), (3, 1, 4), (2, 4), (1, 2, 1, 4)])])
def test_a_refused_step_changes_nothing(window, shapes):
    qkv, out = layers(4)
    x = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(6))
    cache = CachedAttention(qkv, out, 2, window)
    with pytest.raises(ValueError):
        cache.step(x[0])
    cache.step(x[:, :3])
    for shape in shapes:
        with pytest.raises(ValueError):
            cache.step(torch.zeros(shape))
    assert cache.length == 3
    got = cache.step(x[:, 3:])
    for row in range(2):
        assert close(got[row], whole(qkv, out, 2, window, x[row])[3:])


def test_errors():
    qkv, out = layers(4)
    for n_heads, window in [(3, 2), (2, 0), (2, -1)]:
        with pytest.raises(ValueError):
            CachedAttention(qkv, out, n_heads, window)
