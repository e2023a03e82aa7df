import pytest
import torch
from solution import propensity_step


def by_hand(users, items, pairs, ratings, propensities, lr, floor):
    old_users, old_items = users.tolist(), items.tolist()
    new_users, new_items = users.tolist(), items.tolist()
    weights = [1 / max(p, floor) for p in propensities.tolist()]
    loss = 0.0
    for (u, i), rating, weight in zip(pairs.tolist(), ratings.tolist(), weights, strict=True):
        error = sum(a * b for a, b in zip(old_users[u], old_items[i], strict=True)) - rating
        share = weight / sum(weights)
        loss += share * error * error
        for d in range(users.shape[1]):
            new_users[u][d] -= lr * share * 2 * error * old_items[i][d]
            new_items[i][d] -= lr * share * 2 * error * old_users[u][d]
    return new_users, new_items, loss


def make_case(seed, n, n_users=4, n_items=5, dim=3):
    generator = torch.Generator().manual_seed(seed)
    users, items = (torch.randn(k, dim, generator=generator, dtype=torch.float64) for k in (n_users, n_items))
    pairs = torch.stack([torch.randint(0, k, (n,), generator=generator) for k in (n_users, n_items)], dim=1)
    ratings, propensities = torch.rand(2, n, generator=generator, dtype=torch.float64)
    return users, items, pairs, ratings * 5, propensities


@pytest.mark.parametrize(("n", "lr", "floor"), [(1, 0.1, 0.1), (6, 0.2, 0.5), (30, 0.05, 1e-3)])
def test_matches_gradients_written_out(n, lr, floor):
    case = make_case(n, n)
    copies = [tensor.clone() for tensor in case]
    users, items, loss = propensity_step(*case, lr, floor)
    want_users, want_items, want = by_hand(*case, lr, floor)
    assert isinstance(loss, float)
    assert loss == pytest.approx(want, rel=1e-10)
    assert torch.allclose(users, torch.tensor(want_users, dtype=torch.float64), rtol=1e-10, atol=1e-12)
    assert torch.allclose(items, torch.tensor(want_items, dtype=torch.float64), rtol=1e-10, atol=1e-12)
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(case, copies, strict=True))


def test_by_hand():
    users, items = torch.tensor([[1.0], [2.0]]), torch.tensor([[1.0], [3.0]])
    pairs, ratings = torch.tensor([[0, 0], [1, 0]]), torch.tensor([2.0, 1.0])
    new_users, new_items, loss = propensity_step(users, items, pairs, ratings, torch.tensor([1.0, 1 / 3]), 0.5)
    # Errors -1 and 1 with shares 1/4 and 3/4.
    assert loss == pytest.approx(1.0)
    assert new_users.flatten().tolist() == pytest.approx([1.25, 1.25])
    assert new_items.flatten().tolist() == pytest.approx([-0.25, 3.0])


def test_the_default_floor():
    case = make_case(2, 8)
    case[4][:4] = torch.tensor([0.0, 0.02, 0.049, 0.051])
    want_users, _, want = by_hand(*case, 0.1, 0.05)
    users, _, loss = propensity_step(*case, 0.1)
    assert loss == pytest.approx(want, rel=1e-10)
    assert torch.allclose(users, torch.tensor(want_users, dtype=torch.float64), rtol=1e-10)


def test_rows_that_do_not_occur_stay():
    users, items, _, ratings, propensities = make_case(3, 3)
    new_users, new_items, _ = propensity_step(users, items, torch.tensor([[1, 2]] * 3), ratings, propensities, 0.3)
    assert torch.equal(new_users[[0, 2, 3]], users[[0, 2, 3]])
    assert torch.equal(new_items[[0, 1, 3, 4]], items[[0, 1, 3, 4]])


def test_trainable_factors_are_welcome():
    case = make_case(4, 6)
    want = propensity_step(*case, 0.3)
    got = propensity_step(case[0].clone().requires_grad_(), case[1].clone().requires_grad_(), *case[2:], 0.3)
    for a, b in zip(got[:2], want[:2], strict=True):
        assert not a.requires_grad
        assert torch.equal(a, b)


def test_steps_lower_the_loss():
    users, items, *rest = make_case(5, 10)
    losses = []
    for _ in range(12):
        users, items, loss = propensity_step(users, items, *rest, 0.2)
        losses.append(loss)
    assert losses[-1] <= 0.5 * losses[0]


def test_single_precision():
    users, items, pairs, *rest = make_case(6, 5)
    case = (users.float(), items.float(), pairs, *(tensor.float() for tensor in rest))
    new_users, _, loss = propensity_step(*case, 0.1, 0.2)
    assert new_users.dtype == torch.float32
    assert loss == pytest.approx(by_hand(*case, 0.1, 0.2)[2], rel=1e-5)
