import math

import pytest
import torch
from solution import list_diversity


def by_hand(items, features):
    rows = [features[i].double().tolist() for i in items]
    values = []
    for i in range(len(rows)):
        for j in range(i):
            dot = sum(a * b for a, b in zip(rows[i], rows[j], strict=True))
            norms = math.hypot(*rows[i]) * math.hypot(*rows[j])
            values.append(1 - (dot / norms if norms else 0.0))
    return sum(values) / len(values)


@pytest.mark.parametrize(("users", "k", "dim"), [(1, 2, 3), (4, 5, 2), (5, 5, 8), (7, 3, 16)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_matches_plain_loops(users, k, dim, dtype):
    generator = torch.Generator().manual_seed(users)
    features = torch.randn(12, dim, generator=generator, dtype=dtype) * 5 + 1
    features[3] = 0
    recommended = torch.stack([torch.randperm(12, generator=generator)[:k] for _ in range(users)])
    before = features.clone(), recommended.clone()
    got = list_diversity(recommended, features)
    assert torch.equal(features, before[0])
    assert torch.equal(recommended, before[1])
    assert got.dtype == dtype
    want = [by_hand(items, features) for items in recommended.tolist()]
    assert got.tolist() == pytest.approx(want, rel=1e-5)


def test_by_hand():
    features = torch.tensor([[2.0, 0.0], [0.0, 3.0], [-5.0, 0.0], [1.0, 1.0]])
    got = list_diversity(torch.tensor([[0, 1, 2], [0, 1, 3]]), features)
    # 1, 2 and 1; then 1, 1 - 1/√2 and 1 - 1/√2.
    assert got.tolist() == pytest.approx([4 / 3, (3 - math.sqrt(2)) / 3], rel=1e-5)


def test_lists_of_one_look():
    features = torch.tensor([[1.0, 1.0], [3.0, 3.0]])
    assert list_diversity(torch.tensor([[0, 1, 1]]), features).tolist() == pytest.approx([0.0], abs=1e-6)


def test_items_without_a_picture():
    features = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    assert list_diversity(torch.tensor([[0, 1], [0, 2]]), features).tolist() == pytest.approx([1.0, 1.0])


def test_a_list_needs_two_items():
    with pytest.raises(ValueError):
        list_diversity(torch.zeros(3, 1, dtype=torch.int64), torch.ones(2, 2))
