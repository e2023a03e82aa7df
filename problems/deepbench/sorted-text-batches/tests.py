import random

import pytest
import torch
from solution import classify
from torch import nn


def layers(features=4, classes=3):
    generator = torch.Generator().manual_seed(features)
    embedding, head = nn.Embedding(11, features), nn.Linear(features, classes)
    with torch.no_grad():
        for parameter in (embedding.weight, head.weight, head.bias):
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return embedding, head


def by_hand(embedding, head, texts):
    """From how often each token stands in each text."""
    table, weight, bias = (v.detach().double() for v in (embedding.weight, head.weight, head.bias))
    counts = torch.tensor([[float(text.count(t)) for t in range(len(table))] for text in texts]).double()
    means = counts @ table / counts.sum(dim=1, keepdim=True).clamp_min(1)
    return means @ weight.T + bias


def paddings(texts, max_batch):
    lengths = sorted(len(t) for t in texts)
    batches = [lengths[i : i + max_batch] for i in range(0, len(lengths), max_batch)]
    return sum(batch[-1] * len(batch) - sum(batch) for batch in batches)


def texts_of(lengths, seed):
    rng = random.Random(seed)
    return [[rng.choice([0, 0, 3, 5, 10]) for _ in range(n)] for n in lengths]


@pytest.mark.parametrize(
    ("lengths", "sizes"), [([5], [50]), ([3, 9, 1, 3, 7, 2, 8, 12], [1, 3, 4, 50]), ([0, 4, 0, 1], [1, 3])]
)
def test_matches_the_counts_of_tokens(lengths, sizes):
    embedding, head = layers()
    texts = texts_of(lengths, len(lengths))
    want = by_hand(embedding, head, texts)
    for max_batch in sizes:
        logits, padding = classify(embedding, head, [list(t) for t in texts], max_batch)
        assert logits.shape == (len(texts), 3)
        assert not logits.requires_grad
        assert (logits.double() - want).abs().max().item() <= 1e-5
        assert padding == paddings(texts, max_batch)


def test_by_hand():
    embedding, head = nn.Embedding(3, 1), nn.Linear(1, 1)
    with torch.no_grad():
        embedding.weight.copy_(torch.tensor([[8.0], [2.0], [4.0]]))
        head.weight.fill_(10.0)
        head.bias.fill_(1.0)
    logits, padding = classify(embedding, head, [[1, 2, 0, 2], [0], [], [1, 0], [2, 2, 2]], 2)
    assert logits.flatten().tolist() == pytest.approx([46.0, 81.0, 1.0, 51.0, 41.0])
    # Batches of the lengths (0, 1), (2, 3), (4).
    assert padding == 2


def test_only_empty_texts():
    embedding, head = layers()
    logits, padding = classify(embedding, head, [[], []], 2)
    assert padding == 0
    assert logits.tolist() == [pytest.approx(head.bias.tolist())] * 2


def test_tokens_with_the_id_of_padding_count():
    # Of other sizes, too.
    embedding, head = layers(features=2, classes=1)
    texts = [[0], [0, 0, 0], [0, 4], [4]]
    want = by_hand(embedding, head, texts)
    logits = classify(embedding, head, texts, 4)[0]
    assert logits.shape == (4, 1)
    assert (logits.double() - want).abs().max().item() <= 1e-5
