import math
import random

import pytest
import torch
from solution import recommend


def by_hand(users, items, seen, n, item_bias=None):
    bias = [0.0] * len(items) if item_bias is None else item_bias.tolist()
    ids, scores = [], []
    for user, hidden in zip(users.tolist(), seen, strict=True):
        ranked = []
        for item, vector in enumerate(items.tolist()):
            if item not in hidden:
                ranked.append((-sum(a * b for a, b in zip(user, vector, strict=True)) - bias[item], item))
        ranked = sorted(ranked)[:n] + [(math.inf, -1)] * n
        ids.append([item for _, item in ranked[:n]])
        scores.append([-score for score, _ in ranked[:n]])
    return ids, scores


def whole_numbers(seed, rows, columns, span):
    """Small whole numbers: scores are exact, and ties are common."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-span, span + 1, (rows, columns), generator=generator).float()


def check(users, items, seen, n, item_bias=None, **options):
    before = (users.clone(), items.clone(), [list(ids) for ids in seen])
    got_ids, got_scores = recommend(users, items, seen, n, item_bias, **options)
    assert torch.equal(users, before[0])
    assert torch.equal(items, before[1])
    assert seen == before[2]
    assert (got_ids.dtype, got_scores.dtype) == (torch.int64, torch.float32)
    ids, scores = by_hand(users, items, seen, n, item_bias)
    assert got_ids.tolist() == ids
    assert torch.allclose(got_scores.double(), torch.tensor(scores, dtype=torch.float64), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("n, batch_size", [(1, 3), (4, 1), (4, 100), (15, 2), (20, 7)])
def test_matches_plain_loops(n, batch_size):
    rng = random.Random(n)
    users, items = whole_numbers(n, 7, 3, 2), whole_numbers(n + 1, 15, 3, 2)
    seen = [rng.choices(range(15), k=rng.choice([0, 1, 5, 20, 100])) for _ in range(7)]
    bias = whole_numbers(n + 2, 1, 15, 3)[0]
    check(users, items, seen, n, batch_size=batch_size)
    check(users, items, seen, n, bias, batch_size=batch_size)


def test_ordinary_vectors_and_the_default_batch_size():
    generator = torch.Generator().manual_seed(5)
    users, items = torch.randn(6, 8, generator=generator), torch.randn(50, 8, generator=generator)
    seen = [[], [3], [0, 49], list(range(25)), [7, 7], list(range(1, 50))]
    check(users, items, seen, 10, torch.randn(50, generator=generator))
    users = torch.randn(1030, 2, generator=generator)
    check(users, items[:3, :2], [[i % 3] for i in range(1030)], 2)


def test_many_ties_go_to_the_smaller_id():
    ids, scores = recommend(torch.ones(2, 1), torch.ones(500, 1), [[0, 2], []], 6)
    assert ids.tolist() == [[1, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5]]
    assert scores.tolist() == [[1.0] * 6] * 2


def test_low_scores_are_still_recommended():
    ids, scores = recommend(torch.tensor([[-1.0]]), torch.tensor([[1e9], [2e9], [0.0]]), [[2]], 3)
    assert ids.tolist() == [[0, 1, -1]]
    assert scores.tolist() == [[pytest.approx(-1e9), pytest.approx(-2e9), -math.inf]]


def test_nothing_left_to_recommend():
    ids, scores = recommend(torch.ones(2, 2), torch.ones(3, 2), [[2, 0, 1], [1, 1]], 2)
    assert ids.tolist() == [[-1, -1], [0, 2]]
    assert scores.tolist() == [[-math.inf] * 2, [2.0] * 2]


def test_no_users_and_no_items():
    ids, scores = recommend(torch.zeros(0, 2), torch.ones(3, 2), [], 2)
    assert (tuple(ids.shape), tuple(scores.shape)) == ((0, 2), (0, 2))
    assert (ids.dtype, scores.dtype) == (torch.int64, torch.float32)
    ids, scores = recommend(torch.ones(2, 2), torch.zeros(0, 2), [[], []], 1)
    assert ids.tolist() == [[-1], [-1]]
    assert scores.tolist() == [[-math.inf]] * 2


@pytest.mark.parametrize(("lists", "n", "batch_size"), [(2, 0, 1), (2, 1, 0), (1, 1, 1), (3, 1, 1)])
def test_errors(lists, n, batch_size):
    with pytest.raises(ValueError):
        recommend(torch.ones(2, 2), torch.ones(3, 2), [[]] * lists, n, None, batch_size)
