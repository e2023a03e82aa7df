import math

import pytest
import torch
from solution import ItemFrequency, in_batch_softmax_loss


def loss_by_hand(users, items, ids, log_q=None, weights=None, temperature=1.0):
    users, items = users.double().tolist(), items.double().tolist()
    n = len(ids)
    weights = [1.0] * n if weights is None else weights
    total = 0.0
    for i in range(n):
        scores = {}
        for j in range(n):
            if j == i or ids[j] != ids[i]:
                scores[j] = sum(a * b for a, b in zip(users[i], items[j], strict=True)) / temperature
                scores[j] -= 0.0 if log_q is None else log_q[j]
        top = max(scores.values())
        log_sum = top + math.log(sum(math.exp(s - top) for s in scores.values()))
        total += weights[i] * (log_sum - scores[i])
    return total / sum(weights)


def random_case(n, dim=3, n_items=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    users, items = torch.randn(2, n, dim, generator=generator, dtype=torch.float64)
    return users, items, torch.randint(0, n_items, (n,), generator=generator)


def double(numbers):
    return None if numbers is None else torch.tensor(numbers, dtype=torch.float64)


@pytest.mark.parametrize(
    "n, temperature, corrected, weighted",
    [
        (1, 0.2, True, True),
        (2, 1.0, False, True),
        (2, 0.2, True, False),
        (9, 0.2, False, True),
        (9, 1.0, True, True),
        (9, 0.2, True, False),
    ],
)
def test_loss_matches_the_definition(n, temperature, corrected, weighted):
    users, items, ids = random_case(n, seed=n)
    log_q = [-1.0 - 0.7 * (k % 5) for k in range(n)] if corrected else None
    weights = [0.5 * (k % 3) + (n == 1) for k in range(n)] if weighted else None
    loss = in_batch_softmax_loss(users, items, ids, double(log_q), double(weights), temperature)
    assert loss.shape == ()
    want = loss_by_hand(users, items, ids.tolist(), log_q, weights, temperature)
    assert loss.item() == pytest.approx(want, rel=1e-9, abs=1e-12)


def test_default_temperature_is_one():
    users, items, ids = random_case(5, seed=3)
    assert in_batch_softmax_loss(users, items, ids).item() == pytest.approx(
        loss_by_hand(users, items, ids.tolist()), rel=1e-9
    )


def test_the_same_item_everywhere_leaves_nothing_to_learn():
    users, items, _ = random_case(4)
    users.requires_grad_()
    loss = in_batch_softmax_loss(users, items, torch.tensor([7, 7, 7, 7]))
    assert loss.item() == pytest.approx(0.0, abs=1e-12)
    (gradient,) = torch.autograd.grad(loss, users)
    assert torch.equal(gradient, torch.zeros_like(gradient))


def test_gradient_is_the_expected_item_minus_the_positive():
    users, items, ids = random_case(6, n_items=3, seed=5)
    log_q, weights = double([-1.0, -2.0, -0.5, -3.0, -1.5, -1.0]), double([1.0, 2.0, 0.0, 0.5, 1.0, 3.0])
    users.requires_grad_()
    loss = in_batch_softmax_loss(users, items, ids, log_q, weights, 0.5)
    (gradient,) = torch.autograd.grad(loss, users)
    for i in range(6):
        seen = [j for j in range(6) if j == i or ids[j] != ids[i]]
        exps = torch.stack([(users[i].detach() @ items[j] / 0.5 - log_q[j]).exp() for j in seen])
        expected = sum(e / exps.sum() * items[j] for e, j in zip(exps, seen, strict=True))
        want = weights[i] / weights.sum() * (expected - items[i]) / 0.5
        assert (gradient[i] - want).abs().max().item() <= 1e-10


@pytest.mark.parametrize("sign, want", [(1.0, 0.0), (-1.0, 2e6)])
def test_extreme_scores_stay_finite(sign, want):
    users = torch.tensor([[1e3], [-1e3], [1e3]], requires_grad=True)
    items = sign * torch.tensor([[1e3], [-1e3], [1e3]])
    loss = in_batch_softmax_loss(users, items, torch.tensor([4, 5, 4]))
    assert loss.item() == pytest.approx(want if want == 0 else (2 * 2e6 + 2e6 + math.log(2)) / 3, rel=1e-4)
    (gradient,) = torch.autograd.grad(loss, users)
    assert torch.isfinite(gradient).all()


def test_weights_that_sum_to_zero():
    users, items, ids = random_case(3)
    users.requires_grad_()
    loss = in_batch_softmax_loss(users, items, ids, weights=torch.zeros(3, dtype=torch.float64))
    assert loss.item() == 0.0
    (gradient,) = torch.autograd.grad(loss, users)
    assert torch.equal(gradient, torch.zeros_like(gradient))


def test_small_weights_are_weights_all_the_same():
    users, items, ids = random_case(4, seed=8)
    weights = [1e-9, 3e-9, 0.0, 2e-9]
    got = in_batch_softmax_loss(users, items, ids, weights=double(weights))
    assert got.item() == pytest.approx(loss_by_hand(users, items, ids.tolist(), None, weights), rel=1e-6)


def test_temperature_must_be_positive():
    case = random_case(2)
    for temperature in (0.0, -1.0):
        with pytest.raises(ValueError):
            in_batch_softmax_loss(*case, temperature=temperature)


def estimates(batches, n_items, decay):
    """Bias-corrected shares, written as a weighted mean over the batches."""
    batches = [batch for batch in batches if batch]
    weights = [decay ** (len(batches) - 1 - k) for k in range(len(batches))]
    return [
        sum(w * batch.count(item) / len(batch) for w, batch in zip(weights, batches, strict=True)) / sum(weights)
        for item in range(n_items)
    ]


@pytest.mark.parametrize(
    "arguments, decay, checked", [((0.0,), 0.0, {4}), ((0.5,), 0.5, {1, 3, 4}), ((), 0.99, {2, 4})]
)
def test_frequency_is_a_weighted_mean_of_the_shares(arguments, decay, checked):
    batches = [[0, 0, 1], [2], [], [1, 1, 1, 4, 0]]
    frequency = ItemFrequency(6, *arguments)
    for n, batch in enumerate(batches, start=1):
        frequency.update(torch.tensor(batch, dtype=torch.int64))
        if n in checked:
            got = frequency.log_probability(torch.arange(6))
            assert got.dtype == torch.float32
            want = [math.log(max(share, 1e-8)) for share in estimates(batches[:n], 6, decay)]
            assert got.tolist() == pytest.approx(want, rel=1e-4, abs=1e-5)


def test_floor_and_shape_of_the_ids():
    frequency = ItemFrequency(4, 0.5)
    ids = torch.tensor([[3, 0], [0, 1]])
    assert torch.allclose(frequency.log_probability(ids), torch.full((2, 2), math.log(1e-8)))
    frequency.update(torch.tensor([0, 0, 0, 1]))
    got = frequency.log_probability(ids, floor=0.3)
    want = torch.log(torch.tensor([[0.3, 0.75], [0.75, 0.3]]))
    assert torch.allclose(got, want, rtol=1e-5)


def test_frequency_corrects_the_loss():
    frequency = ItemFrequency(5, 0.9)
    users, items, ids = random_case(6, n_items=5, seed=11)
    for seed in range(2):
        frequency.update(random_case(8, n_items=5, seed=seed)[2])
    log_q = frequency.log_probability(ids)
    want = loss_by_hand(users, items, ids.tolist(), log_q.tolist())
    assert in_batch_softmax_loss(users, items, ids, log_q).item() == pytest.approx(want, rel=1e-6)


def test_impossible_decay_is_refused():
    for decay in (1.0, -0.1, 1.5):
        with pytest.raises(ValueError):
            ItemFrequency(3, decay)
