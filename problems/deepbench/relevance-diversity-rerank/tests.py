import math

import pytest
import torch
from solution import rerank


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def by_hand(scores, embeddings, k, trade_off):
    chosen = []
    while len(chosen) < k:
        values = {}
        for i in range(len(scores)):
            if i not in chosen:
                alike = max((cosine(embeddings[i], embeddings[j]) for j in chosen), default=0.0)
                values[i] = trade_off * scores[i] - (1 - trade_off) * alike
        chosen.append(min(values, key=lambda i: (-values[i], i)))
    return chosen


@pytest.mark.parametrize("trade_off", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize(("n", "d", "k"), [(1, 2, 1), (8, 3, 5), (12, 4, 12)])
def test_matches_plain_loops(n, d, k, trade_off):
    generator = torch.Generator().manual_seed(n)
    scores = torch.rand(n, generator=generator, dtype=torch.float64)
    embeddings = torch.randn(n, d, generator=generator, dtype=torch.float64) * 3
    before = (scores.clone(), embeddings.clone())
    got = rerank(scores, embeddings, k, trade_off)
    assert torch.equal(scores, before[0])
    assert torch.equal(embeddings, before[1])
    assert [int(i) for i in got] == by_hand(scores.tolist(), embeddings.tolist(), k, trade_off)


def test_by_hand():
    embeddings = torch.tensor([[1.0, 0.0], [9.0, 0.0], [0.0, 2.0], [-1.0, 0.0]])
    scores = torch.tensor([1.0, 0.9, 0.5, 0.1])
    assert rerank(scores, embeddings, 4, 1.0) == [0, 1, 2, 3]
    # After 0: 0.45 - 0.5, 0.25 - 0, 0.05 + 0.5.
    assert rerank(scores, embeddings, 4, 0.5) == [0, 3, 2, 1]


def test_opposite_pictures_are_still_compared_with_the_nearest():
    # After 0 and 1, picture 2 is equal to 0 and opposite to 1.
    embeddings = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert rerank(torch.tensor([0.9, 0.8, 0.7, 0.1]), embeddings, 3, 0.5) == [0, 1, 3]


def test_ties_and_nothing_to_choose():
    assert rerank(torch.full((30,), 0.5), torch.tensor([[1.0, 0.0]] * 30), 30, 0.5) == list(range(30))
    assert rerank(torch.ones(3), torch.ones(3, 2), 0, 0.5) == []
