import math

import pytest
import torch
from solution import TitleEncoder
from torch import nn


def bag(seed=0, tokens=20, size=4):
    torch.manual_seed(seed)
    return nn.EmbeddingBag(tokens, size, mode="mean")


def by_hand(model, titles):
    rows = []
    for title in titles:
        vectors = [model.weight[t].tolist() for t in title]
        mean = [sum(column) / len(title) for column in zip(*vectors, strict=True)]
        length = math.sqrt(sum(v * v for v in mean))
        rows.append([v / length for v in mean])
    return rows


def check(got, model, titles):
    assert got.shape == (len(titles), model.embedding_dim)
    assert got.dtype == torch.float32
    assert not got.requires_grad
    for row, want in zip(got.tolist(), by_hand(model, titles), strict=True):
        assert row == pytest.approx(want, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("size", [1, 4])
def test_titles_are_computed_once(size):
    model = bag(size, size=size)
    encoder = TitleEncoder(model)
    assert (encoder.computed, len(encoder)) == (0, 0)
    first = [(3, 5), (7,), (3, 5), (5, 3, 3, 19)]
    check(encoder.encode(first), model, first)
    assert first == [(3, 5), (7,), (3, 5), (5, 3, 3, 19)]
    assert (encoder.computed, len(encoder)) == (3, 3)
    second = [(5, 3, 3, 19), (0, 1), (7,), (0, 1)]
    check(encoder.encode(second), model, second)
    assert (encoder.computed, len(encoder)) == (4, 4)
    check(encoder.encode(first + second), model, first + second)
    assert (encoder.computed, len(encoder)) == (4, 4)


def test_by_hand():
    model = bag(tokens=3, size=2)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[3.0, 4.0], [9.0, 8.0], [0.0, 0.5]]))
    got = TitleEncoder(model).encode([(0, 1), (2, 2), (0,)])
    root = math.sqrt(2)
    assert got.tolist() == [pytest.approx([1 / root, 1 / root]), pytest.approx([0.0, 1.0]), pytest.approx([0.6, 0.8])]


def test_the_order_of_tokens_makes_another_title():
    model = bag(1)
    encoder = TitleEncoder(model)
    titles = [(1, 2), (2, 1), (1, 2, 1, 2)]
    check(encoder.encode(titles), model, titles)
    assert (encoder.computed, len(encoder)) == (3, 3)


def test_another_model():
    old, new = bag(1), bag(2, size=3)
    encoder = TitleEncoder(old)
    encoder.encode([(1,), (2, 3)])
    encoder.load(new)
    assert (encoder.computed, len(encoder)) == (2, 0)
    titles = [(2, 3), (4,)]
    check(encoder.encode(titles), new, titles)
    assert (encoder.computed, len(encoder)) == (4, 2)


def test_no_titles():
    encoder = TitleEncoder(bag(size=5))
    got = encoder.encode([])
    assert (tuple(got.shape), got.dtype) == ((0, 5), torch.float32)
    assert (encoder.computed, len(encoder)) == (0, 0)
