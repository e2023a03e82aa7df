import math

import pytest
import torch
from solution import Perplexity


def losses(logits, input_ids, mask):
    """Negative log-likelihoods of the counted tokens, one by one in float64."""
    result = []
    rows = zip(logits.double().tolist(), input_ids.tolist(), mask.tolist(), strict=True)
    for scores, ids, real in rows:
        for t in range(1, len(ids)):
            if real[t] and real[t - 1]:
                row = scores[t - 1]
                top = max(row)
                result.append(top + math.log(sum(math.exp(v - top) for v in row)) - row[ids[t]])
    return result


def check(got, values, rel=1e-5):
    assert got["tokens"] == len(values)
    mean = math.fsum(values) / len(values)
    assert got["nll"] == pytest.approx(mean, rel=rel)
    assert got["perplexity"] == pytest.approx(math.exp(mean), rel=rel * 10)


def batch(seed, lengths, width, vocabulary, left=False, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    logits = (torch.randn(len(lengths), width, vocabulary, generator=generator) * 3).to(dtype)
    input_ids = torch.randint(0, vocabulary, (len(lengths), width), generator=generator)
    mask = torch.zeros(len(lengths), width, dtype=torch.bool)
    for row, length in enumerate(lengths):
        mask[row, width - length :] = left
        mask[row, :length] |= not left
    return logits, input_ids, mask


@pytest.mark.parametrize("left", [False, True])
def test_tokens_weigh_the_same_over_unequal_batches(left):
    metric, values = Perplexity(), []
    for seed, lengths, width in [(1, [7, 3, 1], 7), (2, [2], 9), (3, [0, 5], 6), (4, [12] * 4, 12)]:
        logits, input_ids, mask = batch(seed, lengths, width, 5 + seed, left)
        before = (logits.clone(), input_ids.clone(), mask.clone())
        metric.update(logits, input_ids, mask)
        assert all(torch.equal(a, b) for a, b in zip(before, (logits, input_ids, mask), strict=True))
        values += losses(logits, input_ids, mask)
        check(metric.compute(), values)


def test_by_hand():
    # Uniform logits over 4 tokens, except where token 2 has probability 1/2 against three of 1/6.
    logits = torch.zeros(1, 4, 4)
    logits[0, 1, 2] = math.log(3)
    metric = Perplexity()
    metric.update(logits, torch.tensor([[0, 1, 2, 3]]), torch.tensor([[1, 1, 1, 0]]))
    got = metric.compute()
    assert got["tokens"] == 2
    assert got["nll"] == pytest.approx((math.log(4) + math.log(2)) / 2, rel=1e-6)
    assert got["perplexity"] == pytest.approx(math.sqrt(8), rel=1e-6)
    assert (type(got["tokens"]), type(got["nll"]), type(got["perplexity"])) == (int, float, float)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("rubbish", [math.nan, math.inf, -math.inf])
def test_anything_may_stand_at_padding(rubbish, left):
    logits, input_ids, mask = batch(7, [4, 2, 6], 6, 8, left)
    values = losses(logits, input_ids, mask)
    for row in range(3):
        for t in range(6):
            if t == 5 or not (mask[row, t] and mask[row, t + 1]):
                logits[row, t] = rubbish
    input_ids[~mask] = -100
    metric = Perplexity()
    metric.update(logits, input_ids, mask.long())
    check(metric.compute(), values)


def test_padding_in_the_middle_starts_a_new_text():
    logits, input_ids, _ = batch(8, [7], 7, 4)
    mask = torch.tensor([[1, 1, 0, 1, 1, 1, 0]])
    metric = Perplexity()
    metric.update(logits, input_ids, mask)
    check(metric.compute(), losses(logits, input_ids, mask))
    assert metric.compute()["tokens"] == 3


def test_mask_of_any_number():
    logits, input_ids, mask = batch(9, [3, 5], 5, 4)
    metric = Perplexity()
    metric.update(logits, input_ids, mask.to(torch.uint8) * 2)
    check(metric.compute(), losses(logits, input_ids, mask))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_dtypes_are_computed_in_float32(dtype):
    logits, input_ids, mask = batch(10, [30, 20], 30, 500, dtype=dtype)
    metric = Perplexity()
    metric.update(logits, input_ids, mask)
    check(metric.compute(), losses(logits, input_ids, mask))


def test_large_logits():
    logits = torch.tensor([[[1e4, -1e4], [1e4, -1e4], [0.0, 0.0]]])
    metric = Perplexity()
    metric.update(logits, torch.tensor([[0, 0, 0]]), torch.ones(1, 3).bool())
    assert metric.compute()["perplexity"] == pytest.approx(1.0)
    metric.update(logits, torch.tensor([[0, 1, 1]]), torch.ones(1, 3).bool())
    got = metric.compute()
    assert got["nll"] == pytest.approx(1e4, rel=1e-6)
    assert got["perplexity"] == math.inf


def test_logits_that_require_gradients():
    logits, input_ids, mask = batch(11, [3, 5], 5, 4)
    metric = Perplexity()
    metric.update(logits.clone().requires_grad_(), input_ids, mask)
    check(metric.compute(), losses(logits, input_ids, mask))


def test_nothing_counted():
    metric = Perplexity()
    for lengths, width in [([0, 1], 4), ([1, 1], 1)]:
        metric.update(*batch(12, lengths, width, 3))
        got = metric.compute()
        assert got["tokens"] == 0
        assert math.isnan(got["nll"])
        assert math.isnan(got["perplexity"])


def test_wrong_shapes_add_nothing():
    metric = Perplexity()
    logits, input_ids, mask = batch(13, [4, 3], 4, 5)
    metric.update(logits, input_ids, mask)
    for wrong in ((logits, input_ids[:, 1:], mask), (logits, input_ids, mask[:1]), (logits[:, 1:], input_ids, mask)):
        with pytest.raises(ValueError):
            metric.update(*wrong)
    check(metric.compute(), losses(logits, input_ids, mask))
