import math

import pytest
import torch
from solution import region_phrase_step


def make_case(seed, n_regions, n_phrases, length, n_tokens=8, dim=3, padding=0.4):
    generator = torch.Generator().manual_seed(seed)
    vectors, regions = (torch.randn(n, dim, generator=generator, dtype=torch.float64) for n in (n_tokens, n_regions))
    phrases = torch.randint(1, n_tokens, (n_phrases, length), generator=generator)
    phrases[torch.rand(phrases.shape, generator=generator) < padding] = 0
    phrases[0, -1] = 1
    return vectors, regions, phrases, torch.rand(n_regions, n_phrases, generator=generator) < 0.4


def by_hand(vectors, regions, phrases, matches, lr):
    old, new = vectors.tolist(), vectors.tolist()
    real = {p: [t for t in row if t != 0] for p, row in enumerate(phrases.tolist())}
    pairs = [(r, p) for r in range(len(regions)) for p in real if real[p]]
    loss = 0.0
    for r, p in pairs:
        region, tokens = regions[r].tolist(), real[p]
        pooled = [sum(old[t][d] for t in tokens) / len(tokens) for d in range(len(region))]
        score = sum(a * b for a, b in zip(region, pooled, strict=True))
        match = matches[r, p].item()
        loss += math.log1p(math.exp(-score if match else score)) / len(pairs)
        error = (1 / (1 + math.exp(-score)) - match) / len(pairs)
        for t in tokens:
            for d, value in enumerate(region):
                new[t][d] -= lr * error * value / len(tokens)
    return new, loss


@pytest.mark.parametrize(("n_regions", "n_phrases", "length"), [(1, 1, 1), (3, 4, 3), (5, 2, 6)])
def test_matches_gradients_written_out(n_regions, n_phrases, length):
    case = make_case(length, n_regions, n_phrases, length)
    copies = [tensor.clone() for tensor in case]
    vectors, loss = region_phrase_step(*case, 0.5)
    want, want_loss = by_hand(*case, 0.5)
    assert not vectors.requires_grad
    assert isinstance(loss, float)
    assert loss == pytest.approx(want_loss, rel=1e-10)
    assert torch.allclose(vectors, torch.tensor(want, dtype=torch.float64), rtol=1e-10, atol=1e-12)
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(case, copies, strict=True))


def test_by_hand():
    vectors = torch.tensor([[50.0], [1.0], [-1.0], [2.0]])
    got, loss = region_phrase_step(
        vectors, torch.tensor([[1.0]]), torch.tensor([[1, 0, 2], [0, 0, 0]]), torch.tensor([[True, True]]), 4.0
    )
    # The mean of 1 and -1 gives a score of 0; the second phrase does not count.
    assert loss == pytest.approx(math.log(2), rel=1e-6)
    assert got.flatten().tolist() == pytest.approx([50.0, 2.0, 0.0, 2.0])


def test_padding_and_unseen_tokens_stay():
    vectors, regions, _, matches = make_case(3, 4, 2, 3)
    phrases = torch.tensor([[2, 0, 5], [0, 0, 2]])
    got, _ = region_phrase_step(vectors, regions, phrases, matches, 0.7)
    assert torch.equal(got[[0, 1, 3, 4, 6, 7]], vectors[[0, 1, 3, 4, 6, 7]])
    assert not torch.equal(got[2], vectors[2])


def test_more_padding_changes_nothing():
    vectors, regions, phrases, matches = make_case(4, 3, 3, 4)
    want, want_loss = region_phrase_step(vectors, regions, phrases, matches, 0.3)
    wide = torch.cat([torch.zeros_like(phrases), phrases], dim=1)
    tall = torch.cat([wide, torch.zeros_like(wide[:2])])
    more = torch.cat([matches, matches[:, :2]], dim=1)
    got, loss = region_phrase_step(vectors, regions, tall, more, 0.3)
    assert loss == pytest.approx(want_loss, rel=1e-12)
    assert torch.allclose(got, want, rtol=1e-12)


def test_extreme_scores():
    vectors = torch.tensor([[0.0], [1000.0]])
    case = (torch.tensor([[1.0]]), torch.tensor([[1]]), torch.tensor([[False]]))
    got, loss = region_phrase_step(vectors, *case, 1.0)
    assert got.dtype == torch.float32
    assert loss == pytest.approx(1000.0)
    assert got[1].item() == pytest.approx(999.0)


def test_trainable_vectors_are_welcome():
    case = make_case(5, 2, 3, 2)
    want, _ = region_phrase_step(*case, 0.3)
    got, _ = region_phrase_step(case[0].clone().requires_grad_(), *case[1:], 0.3)
    assert not got.requires_grad
    assert torch.equal(got, want)
