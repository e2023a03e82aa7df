import itertools
import math

import pytest
import torch
from solution import crf_log_partition, crf_loss


def score(emissions, transitions, start, tags):
    total = start[tags[0]] + sum(row[tag] for row, tag in zip(emissions, tags, strict=True))
    return total + sum(transitions[a][b] for a, b in itertools.pairwise(tags))


def log_partition(emissions, transitions, start):
    """Of one text, over every sequence there is."""
    sequences = itertools.product(range(len(start)), repeat=len(emissions))
    scores = [score(emissions, transitions, start, tags) for tags in sequences]
    top = max(scores)
    return top + math.log(math.fsum(math.exp(s - top) for s in scores))


def random_case(n_tags, n_tokens, lengths, seed=0, scale=2.0):
    generator = torch.Generator().manual_seed(seed)
    shapes = [(len(lengths), n_tokens, n_tags), (n_tags, n_tags), (n_tags,)]
    numbers = [scale * torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    tags = torch.randint(0, n_tags, (len(lengths), n_tokens), generator=generator)
    for row, length in zip(tags, lengths, strict=True):
        row[length:] = -100
    return (*numbers, torch.tensor(lengths), tags)


CASES = [(2, 1, [1]), (3, 5, [5, 1, 3]), (2, 7, [2, 7, 4, 6]), (1, 3, [3, 2])]


@pytest.mark.parametrize("n_tags, n_tokens, lengths", CASES)
def test_partition_sums_over_every_sequence(n_tags, n_tokens, lengths):
    emissions, transitions, start, sizes, _ = random_case(n_tags, n_tokens, lengths, seed=n_tokens)
    copies = [x.clone() for x in (emissions, transitions, start, sizes)]
    got = crf_log_partition(emissions, transitions, start, sizes)
    want = [
        log_partition(rows[:length], transitions.tolist(), start.tolist())
        for rows, length in zip(emissions.tolist(), lengths, strict=True)
    ]
    assert got.tolist() == pytest.approx(want, rel=1e-9, abs=1e-9)
    assert all(torch.equal(a, b) for a, b in zip(copies, (emissions, transitions, start, sizes), strict=True))


@pytest.mark.parametrize("n_tags, n_tokens, lengths", CASES)
def test_loss_is_averaged_over_tokens(n_tags, n_tokens, lengths):
    emissions, transitions, start, sizes, tags = random_case(n_tags, n_tokens, lengths, seed=n_tokens)
    arguments = emissions, transitions, start, sizes, tags
    copies = [x.clone() for x in arguments]
    got = crf_loss(*arguments)
    assert got.shape == ()
    total = 0.0
    for rows, length, own in zip(emissions.tolist(), lengths, tags.tolist(), strict=True):
        pieces = rows[:length], transitions.tolist(), start.tolist()
        total += log_partition(*pieces) - score(*pieces, own[:length])
    assert got.item() == pytest.approx(total / sum(lengths), rel=1e-9, abs=1e-9)
    assert all(torch.equal(a, b) for a, b in zip(copies, arguments, strict=True))


def test_padding_may_be_anything():
    emissions, transitions, start, sizes, tags = random_case(3, 5, [2, 5, 1], seed=4)
    want = crf_loss(emissions, transitions, start, sizes, tags).item()
    emissions[0, 2:], emissions[2, 1:] = math.nan, math.inf
    inputs = [x.requires_grad_() for x in (emissions, transitions, start)]
    loss = crf_loss(*inputs, sizes, tags)
    assert loss.item() == pytest.approx(want, rel=1e-12)
    loss.backward()
    assert all(torch.isfinite(x.grad).all() for x in inputs)
    assert (emissions.grad[0, 2:] == 0).all()
    assert (emissions.grad[2, 1:] == 0).all()


def test_padding_reaches_no_gradient_of_the_partition():
    emissions, transitions, start, sizes, _ = random_case(2, 4, [1, 4, 3], seed=6)
    emissions[0, 1:], emissions[2, 3:] = math.nan, -math.inf
    inputs = [x.requires_grad_() for x in (emissions, transitions, start)]
    crf_log_partition(*inputs, sizes).sum().backward()
    assert all(torch.isfinite(x.grad).all() for x in inputs)
    assert torch.allclose(emissions.grad.sum(dim=2), (torch.arange(4) < sizes[:, None]).double(), rtol=1e-9)


def test_gradient_is_probability_minus_truth():
    emissions, transitions, start, sizes, tags = random_case(2, 3, [3, 2], seed=5)
    emissions.requires_grad_()
    crf_loss(emissions, transitions, start, sizes, tags).backward()
    for b, length in enumerate([3, 2]):
        pieces = emissions[b, :length].tolist(), transitions.tolist(), start.tolist()
        whole = log_partition(*pieces)
        for t in range(length):
            for k in range(2):
                share = sum(
                    math.exp(score(*pieces, sequence) - whole)
                    for sequence in itertools.product(range(2), repeat=length)
                    if sequence[t] == k
                )
                want = (share - (tags[b, t].item() == k)) / 5
                assert emissions.grad[b, t, k].item() == pytest.approx(want, rel=1e-7, abs=1e-12)


def test_large_scores():
    emissions = torch.tensor([[[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]]])
    zeros = torch.zeros(2, 2), torch.zeros(2)
    got = crf_log_partition(emissions, *zeros, torch.tensor([3]))
    assert got.dtype == torch.float32
    assert got.item() == pytest.approx(3e4 + math.log(2), rel=1e-6)
    got = crf_log_partition(torch.zeros(1, 3, 2), emissions[0, :2], torch.zeros(2), torch.tensor([3]))
    assert got.item() == pytest.approx(2e4 + math.log(2), rel=1e-6)
    assert crf_log_partition(-emissions[:, 2:], *zeros, torch.tensor([1])).item() == pytest.approx(-1e4, rel=1e-4)
