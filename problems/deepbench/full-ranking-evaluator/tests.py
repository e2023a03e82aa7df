import math

import pytest
import torch
from solution import RankingEvaluator


def by_hand(scores, seen, relevant, k):
    recalls, precisions, covered = [], [], set()
    for score, old, test in zip(scores.tolist(), seen.tolist(), relevant.tolist(), strict=True):
        items = sorted((i for i in range(len(score)) if not old[i]), key=lambda i: (-score[i], i))[:k]
        wanted = [i for i in range(len(score)) if test[i] and not old[i]]
        covered |= set(items)
        if wanted:
            hits = len(set(items) & set(wanted))
            recalls.append(hits / len(wanted))
            precisions.append(hits / k)
    return {
        "recall": sum(recalls) / len(recalls),
        "precision": sum(precisions) / len(precisions),
        "coverage": len(covered) / scores.shape[1],
    }


@pytest.mark.parametrize(
    ("users", "items", "k", "levels"), [(9, 6, 2, 3), (12, 12, 5, 1000), (10, 4, 7, 2), (15, 50, 3, 9)]
)
def test_matches_plain_loops(users, items, k, levels):
    generator = torch.Generator().manual_seed(items)
    scores = torch.randint(0, levels, (users, items), generator=generator).float()
    seen = torch.rand(users, items, generator=generator) < 0.4
    relevant = torch.rand(users, items, generator=generator) < 0.2
    scores[0] = -math.inf
    before = scores.clone(), seen.clone(), relevant.clone()
    evaluator = RankingEvaluator(items, k)
    for part in (slice(0, 1), slice(1, 7), slice(7, 7), slice(7, users)):
        evaluator.update(scores[part], seen[part], relevant[part])
    assert all(torch.equal(a, b) for a, b in zip(before, (scores, seen, relevant), strict=True))
    got = evaluator.compute()
    assert got == pytest.approx(by_hand(scores, seen, relevant, k))
    assert all(isinstance(value, float) for value in got.values())


def mask(*items, n=5):
    row = torch.zeros(1, n, dtype=torch.bool)
    row[0, list(items)] = True
    return row


def result(k, *users):
    evaluator = RankingEvaluator(5, k)
    for user in users:
        evaluator.update(*user)
    return evaluator.compute()


DOWN = torch.tensor([[5.0, 4.0, 3.0, 2.0, 1.0]])


def test_by_hand():
    # Lists: 1, 2 for the one user and 0, 1 for the other.
    got = result(2, (DOWN, mask(0), mask(2, 3, 4)), (DOWN, mask(), mask(1)))
    assert got == pytest.approx({"recall": (1 / 3 + 1) / 2, "precision": 0.5, "coverage": 0.6})


def test_seen_items_are_not_relevant():
    got = result(2, (DOWN, mask(0, 1), mask(0, 2)))
    assert got == pytest.approx({"recall": 1.0, "precision": 0.5, "coverage": 0.4})
    assert math.isnan(result(2, (DOWN, mask(0, 1), mask(0)))["recall"])


def test_seen_items_do_not_fill_a_short_list():
    got = result(4, (DOWN, mask(0, 1, 2, 3), mask(4)))
    assert got == pytest.approx({"recall": 1.0, "precision": 0.25, "coverage": 0.2})
    low = torch.full((1, 5), -math.inf)
    assert result(2, (low, mask(0, 2), mask(1, 3)))["recall"] == 1.0
    assert result(5, (DOWN, mask(0, 1, 2, 3, 4), mask(0)))["coverage"] == 0.0


def test_ties_go_to_the_lower_index():
    evaluator = RankingEvaluator(64, 3)
    evaluator.update(torch.zeros(1, 64), mask(0, n=64), mask(1, 2, 3, n=64))
    assert evaluator.compute()["recall"] == 1.0


def test_users_without_relevant_items_only_count_for_coverage():
    got = result(1, (DOWN, mask(), mask()), (DOWN, mask(0), mask(1)))
    assert got == pytest.approx({"recall": 1.0, "precision": 1.0, "coverage": 0.4})


def test_nobody():
    got = result(1)
    assert math.isnan(got["recall"])
    assert math.isnan(got["precision"])
    assert got["coverage"] == 0.0


def test_wrong_shapes_add_nothing():
    evaluator = RankingEvaluator(5, 2)
    for sizes in [((2, 4), (2, 4), (2, 4)), ((2, 5), (1, 5), (2, 5)), ((2, 5), (2, 5), (1, 5)), ((5,), (5,), (5,))]:
        scores, seen, relevant = (torch.zeros(size) for size in sizes)
        with pytest.raises(ValueError):
            evaluator.update(scores, seen.bool(), relevant.bool())
    assert evaluator.compute()["coverage"] == 0.0
