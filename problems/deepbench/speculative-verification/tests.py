import itertools
import random

import pytest
import torch
from solution import sample, verify


def table(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def drawn(weights, uniform):
    total, running = sum(weights), 0.0
    for token, weight in enumerate(weights):
        running += weight
        if running > uniform * total:
            return token
    raise AssertionError


def by_hand(draft, draft_probs, target_probs, uniforms):
    result = []
    for x, q, p, u in zip(draft, draft_probs, target_probs, uniforms, strict=False):
        if p[x] <= u * q[x]:
            return [*result, drawn([max(b - a, 0.0) for a, b in zip(q, p, strict=True)], uniforms[-1])]
        result.append(x)
    return [*result, drawn(target_probs[-1], uniforms[-1])]


@pytest.mark.parametrize(("k", "v", "alike"), [(0, 3, 0.0), (1, 4, 0.0), (4, 5, 0.6), (8, 3, 0.9)])
@pytest.mark.parametrize("seed", [1, 2])
def test_matches_plain_loops(k, v, alike, seed):
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    target, other = (torch.rand(k + 1, v, dtype=torch.float64, generator=generator).softmax(1) for _ in range(2))
    draft_probs = (alike * target + (1 - alike) * other)[:k]
    draft = [rng.randrange(v) for _ in range(k)]
    uniforms = [rng.random() for _ in range(k + 1)]
    before = (list(draft), draft_probs.clone(), target.clone(), list(uniforms))
    got = verify(draft, draft_probs, target, uniforms)
    assert (draft, uniforms) == (before[0], before[3])
    assert torch.equal(draft_probs, before[1])
    assert torch.equal(target, before[2])
    assert got == by_hand(draft, draft_probs.tolist(), target.tolist(), uniforms)
    assert all(isinstance(token, int) for token in got)


def test_sample_by_hand():
    weights = table(0.0, 2.0, 0.0, 1.0, 1.0)
    assert [sample(weights, u) for u in (0.0, 0.4, 0.5, 0.7, 0.75, 0.99)] == [1, 1, 3, 3, 4, 4]
    assert sample(table(0.25), 0.9) == 0


def test_verify_by_hand():
    draft_probs = table([0.5, 0.25, 0.25], [0.5, 0.5, 0.0])
    target_probs = table([0.25, 0.25, 0.5], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0])
    assert verify([0, 1], draft_probs, target_probs, [0.4, 0.9, 0.3]) == [0, 1, 0]
    # Half of token 0's probability is accepted; what is left over is at token 2.
    assert verify([0, 1], draft_probs, target_probs, [0.6, 0.0, 0.9]) == [2]
    assert verify([1, 0], draft_probs, target_probs, [0.9, 0.1, 0.0]) == [1, 2]


def test_a_uniform_number_at_the_edge_is_not_accepted():
    draft_probs, target_probs = table([0.5, 0.5]), table([0.25, 0.75], [0.5, 0.5])
    assert verify([0], draft_probs, target_probs, [0.5, 0.0]) == [1]
    # A token that the target model never gives is not accepted by 0 either.
    assert verify([0], draft_probs, table([0.0, 1.0], [0.5, 0.5]), [0.0, 0.0]) == [1]


def test_the_target_distribution_comes_out():
    q, p = [0.5, 0.3, 0.2], [0.2, 0.5, 0.3]
    mass = [0.0] * 3
    # Each draft token with its probability, and each uniform number by a grid.
    for x, a in itertools.product(range(3), range(5)):
        for b in (1 / 6, 1 / 2, 5 / 6):
            first = verify([x], table(q), table(p, p), [(a + 0.5) / 5, b])[0]
            mass[first] += q[x] / 15
    assert mass == pytest.approx(p, abs=1e-9)
