import random

import pytest
import torch
from solution import classify
from torch import nn


def layers(seed=0, features=4, classes=3):
    torch.manual_seed(seed)
    return nn.Embedding(11, features), nn.Linear(features, classes)


def by_hand(embedding, head, texts):
    table, weight, bias = (v.detach().double() for v in (embedding.weight, head.weight, head.bias))
    rows = []
    for text in texts:
        mean = sum((table[t] for t in text), torch.zeros(table.shape[1], dtype=torch.float64)) / max(len(text), 1)
        rows.append(weight @ mean + bias)
    return torch.stack(rows)


def paddings(texts, max_batch):
    lengths = sorted(len(t) for t in texts)
    batches = [lengths[i : i + max_batch] for i in range(0, len(lengths), max_batch)]
    return sum(batch[-1] * len(batch) - sum(batch) for batch in batches)


def texts_of(lengths, seed):
    rng = random.Random(seed)
    return [[rng.choice([0, 0, 3, 5, 10]) for _ in range(n)] for n in lengths]


@pytest.mark.parametrize("max_batch", [1, 3, 4, 50])
@pytest.mark.parametrize("lengths", [[5], [3, 9, 1, 3, 7, 2, 8, 12], [0, 4, 0, 1]])
def test_matches_one_text_at_a_time(lengths, max_batch):
    embedding, head = layers(len(lengths))
    texts = texts_of(lengths, max_batch)
    before = [list(t) for t in texts]
    logits, padding = classify(embedding, head, texts, max_batch)
    assert texts == before
    assert logits.shape == (len(texts), 3)
    assert not logits.requires_grad
    assert (logits.double() - by_hand(embedding, head, texts)).abs().max().item() <= 1e-5
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
    embedding, head = layers(2)
    texts = [[0], [0, 0, 0], [0, 4], [4]]
    logits = classify(embedding, head, texts, 4)[0]
    assert (logits.double() - by_hand(embedding, head, texts)).abs().max().item() <= 1e-5


def test_other_sizes():
    embedding, head = layers(3, features=2, classes=1)
    texts = texts_of([2, 6, 4], 9)
    logits = classify(embedding, head, texts, 2)[0]
    assert logits.shape == (3, 1)
    assert (logits.double() - by_hand(embedding, head, texts)).abs().max().item() <= 1e-5
