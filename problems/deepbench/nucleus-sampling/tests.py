import math
import random

import pytest
import torch
from solution import sample_next


def kept_tokens(row, temperature, top_k, top_p):
    """(token, probability) of the tokens that can be sampled, in order of rank."""
    top = max(row)
    weights = [math.exp((v - top) / temperature) for v in row]
    total = math.fsum(weights)
    ranked = sorted(((w / total, -i) for i, w in enumerate(weights)), reverse=True)
    ranked = [(-i, p) for p, i in ranked]
    if top_k:
        ranked = ranked[:top_k]
        total = math.fsum(p for _, p in ranked)
        ranked = [(i, p / total) for i, p in ranked]
    kept, total = [], 0.0
    for i, p in ranked:
        kept.append((i, p))
        total += p
        if top_p < 1 and total >= top_p:
            break
    total = math.fsum(p for _, p in kept)
    return [(i, p / total) for i, p in kept]


@pytest.mark.parametrize(
    "temperature, top_k, top_p",
    [
        (1.0, 0, 1.0),
        (0.4, 0, 0.9),
        (2.5, 0, 0.55),
        (1.0, 0, 0.01),
        (2.5, 1, 1.0),
        (1.0, 1, 0.55),
        (0.4, 4, 1.0),
        (2.5, 4, 0.9),
        (1.0, 4, 0.55),
        (2.5, 99, 1.0),
        (1.0, 99, 0.9),
        (0.4, 99, 0.01),
    ],
)
def test_every_kept_token_has_its_share(temperature, top_k, top_p):
    rng = random.Random(f"{temperature} {top_k} {top_p}")
    rows, uniforms, want = [], [], []
    for _ in range(5):
        row = torch.tensor([rng.gauss(0, 2) for _ in range(12)]).tolist()
        passed = 0.0
        for token, p in kept_tokens(row, temperature, top_k, top_p):
            if p > 1e-3:
                for share in (0.05, 0.95):
                    rows.append(row)
                    uniforms.append(passed + share * p)
                    want.append(token)
            passed += p
    logits = torch.tensor(rows)
    before = logits.clone()
    got = sample_next(logits, torch.tensor(uniforms, dtype=torch.float64), temperature, top_k, top_p)
    assert got.dtype == torch.int64
    assert got.tolist() == want
    assert torch.equal(logits, before)


def test_ties_and_exact_borders():
    # The first token is so improbable that the others have 1/4 each in any arithmetic.
    logits = torch.tensor([[-200.0, 3.0, 3.0, 3.0, 3.0]] * 8)
    uniforms = torch.tensor([0.0, 0.2, 0.25, 0.45, 0.5, 0.7, 0.75, 0.99])
    assert sample_next(logits, uniforms, top_k=4).tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    # Two tokens of 1/4 reach 0.5 exactly; a third is needed for anything above.
    assert sample_next(logits, uniforms, top_k=4, top_p=0.5).tolist() == [1, 1, 1, 1, 2, 2, 2, 2]
    assert sample_next(logits, uniforms, top_k=4, top_p=0.51).tolist() == [1, 1, 1, 2, 2, 3, 3, 3]
    assert sample_next(logits, uniforms, top_k=2).tolist() == [1, 1, 1, 1, 2, 2, 2, 2]


def test_many_ties_stay_in_order_of_ids():
    logits = torch.zeros(64, 64)
    uniforms = (torch.arange(64) + 0.5) / 64
    assert sample_next(logits, uniforms).tolist() == list(range(64))
    assert sample_next(logits, uniforms, top_k=16).tolist() == [i // 4 for i in range(64)]


def test_top_p_looks_at_what_top_k_left():
    # Probabilities 0.4, 0.3, 0.2, 0.1: after top-k 2 the first holds 4/7 = 0.571, enough for top-p 0.5.
    logits = torch.log(torch.tensor([[0.1, 0.4, 0.2, 0.3]] * 2))
    uniforms = torch.tensor([0.1, 0.95])
    assert sample_next(logits, uniforms, top_k=2, top_p=0.5).tolist() == [1, 1]
    assert sample_next(logits, uniforms, top_p=0.5).tolist() == [1, 3]


def test_defaults_keep_everything():
    logits = torch.log(torch.tensor([[0.1, 0.4, 0.2, 0.3]] * 4))
    assert sample_next(logits, torch.tensor([0.35, 0.65, 0.85, 0.95])).tolist() == [1, 3, 2, 0]


def test_temperature_zero_is_greedy():
    logits = torch.tensor([[0.0, 2.0, 2.0], [5.0, -1.0, 5.0], [-9.0, -math.inf, -8.0]])
    uniforms = torch.tensor([0.99, 0.5, 0.0])
    assert sample_next(logits, uniforms, temperature=0.0, top_k=3, top_p=0.9).tolist() == [1, 0, 2]
    assert sample_next(torch.zeros(2, 500), torch.tensor([0.9, 0.1]), temperature=0.0).tolist() == [0, 0]


@pytest.mark.parametrize(
    "dtype, temperature",
    [(torch.float16, 1e-4), (torch.float16, 1e-37), (torch.bfloat16, 1e-37), (torch.float32, 1e-37)],
)
def test_tiny_temperature_and_half_precision(dtype, temperature):
    logits = torch.tensor([[60.0, 50.0, -60.0], [-50.0, -60.0, -50.0]], dtype=dtype)
    uniforms = torch.tensor([0.999, 0.75])
    assert sample_next(logits, uniforms, temperature=temperature).tolist() == [0, 2]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_many_equal_tokens_of_half_precision(dtype):
    # 1,024 equal tokens: half-precision sums of 1/1024 would go wrong well before the end.
    got = sample_next(torch.zeros(3, 1024, dtype=dtype), torch.tensor([0.30005, 0.70005, 0.9995]))
    assert got.tolist() == [int(u * 1024) for u in (0.30005, 0.70005, 0.9995)]


def test_forbidden_tokens_are_never_sampled():
    almost_one = 1 - 2.0**-24
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(12, 1000, generator=generator)
    allowed = torch.rand(12, 1000, generator=generator) < 0.3
    logits[~allowed] = -math.inf
    for top_k, top_p in [(0, 1.0), (250, 1.0), (0, 0.999)]:
        got = sample_next(logits, torch.full((12,), almost_one), 1.0, top_k, top_p)
        assert allowed.gather(1, got[:, None]).all()
    one = torch.tensor([[-math.inf, -math.inf, 0.5, -math.inf]] * 2)
    assert sample_next(one, torch.tensor([0.0, almost_one]), top_k=3, top_p=0.7).tolist() == [2, 2]


def test_the_greatest_uniform_number_stays_in_range():
    # The probabilities' float sum can be just below 1, with a uniform number above it.
    almost_one = 1 - 2.0**-53
    uniforms = torch.full((20,), almost_one, dtype=torch.float64)
    logits = torch.randn(20, 37, generator=torch.Generator().manual_seed(1))
    for top_k, top_p in [(0, 1.0), (5, 1.0), (0, 0.8), (9, 0.8)]:
        got = sample_next(logits, uniforms, 1.0, top_k, top_p).tolist()
        for row, token in zip(logits.tolist(), got, strict=True):
            assert token in [i for i, _ in kept_tokens(row, 1.0, top_k, top_p)]


def test_errors():
    logits, uniforms = torch.zeros(1, 3), torch.zeros(1)
    for temperature, top_k, top_p in [(-0.1, 0, 1.0), (1.0, -1, 1.0), (1.0, 0, 0.0), (1.0, 0, 1.1)]:
        with pytest.raises(ValueError):
            sample_next(logits, uniforms, temperature, top_k, top_p)
