import numpy as np
import pytest
import torch
from solution import ImplicitALS


def dense(n_users, n_items, users, items, counts):
    table = np.zeros((n_users, n_items))
    for u, i, count in zip(users.tolist(), items.tolist(), counts.tolist(), strict=True):
        table[u, i] += count
    return table


def row_optimum(row, fixed, alpha, reg):
    """Ridge regression of one row as ordinary least squares with extra rows."""
    root = np.sqrt(1 + alpha * row)[:, None]
    dim = fixed.shape[1]
    left = np.vstack([root * fixed, np.sqrt(reg) * np.eye(dim)])
    right = np.concatenate([root[:, 0] * (row > 0), np.zeros(dim)])
    return np.linalg.lstsq(left, right, rcond=None)[0]


def objective(table, x, y, alpha, reg):
    total = reg * (np.sum(x * x) + np.sum(y * y))
    for u in range(len(x)):
        for i in range(len(y)):
            total += (1 + alpha * table[u, i]) * (float(table[u, i] > 0) - float(x[u] @ y[i])) ** 2
    return total


def random_case(n_users, n_items, dim, n_entries, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n_users, dim, generator=generator, dtype=torch.float64)
    y = torch.randn(n_items, dim, generator=generator, dtype=torch.float64)
    users = torch.randint(0, n_users, (n_entries,), generator=generator)
    items = torch.randint(0, n_items, (n_entries,), generator=generator)
    return x, y, users, items, torch.rand(n_entries, generator=generator, dtype=torch.float64) * 5 + 0.1


@pytest.mark.parametrize(
    "n_users, n_items, dim, n_entries, alpha, reg",
    [(4, 6, 3, 10, 1.0, 0.1), (7, 3, 2, 30, 20.0, 3.0), (2, 2, 5, 3, 1.0, 0.1), (1, 4, 1, 2, 20.0, 3.0)],
)
def test_sweeps_match_least_squares(n_users, n_items, dim, n_entries, alpha, reg):
    x, y, *data = random_case(n_users, n_items, dim, n_entries, seed=n_entries)
    model, table = ImplicitALS(x, y, alpha, reg), dense(n_users, n_items, *data)
    y = y.numpy().copy()
    for _ in range(2):
        got = model.sweep(*data)
        x = np.stack([row_optimum(row, y, alpha, reg) for row in table])
        y = np.stack([row_optimum(column, x, alpha, reg) for column in table.T])
        assert isinstance(got, float)
        assert got == pytest.approx(objective(table, x, y, alpha, reg), rel=1e-8)
    assert np.allclose(model.user_factors.numpy(), x, rtol=1e-7, atol=1e-9)
    assert np.allclose(model.item_factors.numpy(), y, rtol=1e-7, atol=1e-9)


def test_objective_never_rises_and_learns_the_preferences():
    users, items = torch.tensor([(u, i) for u in range(6) for i in range(6) if u % 2 == i % 2]).T
    x, y, *_ = random_case(6, 6, 2, 0, seed=3)
    model = ImplicitALS(x, y, 2.0, 0.01)
    values = [model.sweep(users, items, torch.ones(18)) for _ in range(8)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(values, values[1:], strict=False))
    scores = model.user_factors @ model.item_factors.T
    want = torch.tensor([[float(u % 2 == i % 2) for i in range(6)] for u in range(6)], dtype=torch.float64)
    # tolerance: what is learnt is regularised, and near the preferences only
    assert (scores - want).abs().max().item() <= 0.05


def test_repeated_pairs_add_up_in_any_dtype():
    x, y, *_ = random_case(3, 4, 2, 0, seed=4)
    once, often = ImplicitALS(x, y, 1.5, 0.2), ImplicitALS(x, y, 1.5, 0.2)
    a = once.sweep(torch.tensor([0, 2, 1]), torch.tensor([1, 3, 1]), torch.tensor([5, 2, 1]))
    b = often.sweep(
        torch.tensor([0, 1, 0, 2, 0]), torch.tensor([1, 1, 1, 3, 1]), torch.tensor([1.0, 1.0, 3.0, 2.0, 1.0])
    )
    assert a == pytest.approx(b, rel=1e-10)
    assert torch.allclose(once.user_factors, often.user_factors, rtol=1e-9)
    assert torch.allclose(once.item_factors, often.item_factors, rtol=1e-9)
    assert often.user_factors.dtype == torch.float64


def test_without_interactions_factors_vanish():
    x, y, *_ = random_case(4, 5, 2, 0, seed=5)
    model = ImplicitALS(x, y, 1.0, 0.5)
    model.sweep(torch.tensor([0, 1, 3]), torch.tensor([0, 2, 4]), torch.ones(3))
    assert model.user_factors[2].tolist() == pytest.approx([0.0, 0.0], abs=1e-12)
    assert model.item_factors[1].tolist() == pytest.approx([0.0, 0.0], abs=1e-12)
    assert model.user_factors[0].abs().max().item() > 0.01
    nothing = torch.zeros(0, dtype=torch.int64)
    assert model.sweep(nothing, nothing, torch.zeros(0)) == pytest.approx(0.0, abs=1e-12)
    assert model.item_factors.shape == (5, 2)


@pytest.mark.parametrize("counts", [[1.0, 2.5, 4.0], [3, 1, 2]])
def test_fold_in_is_the_optimum_of_a_new_user(counts):
    x, y, *data = random_case(5, 6, 3, 12, seed=6)
    model = ImplicitALS(x, y, 3.0, 0.4)
    model.sweep(*data)
    before = model.user_factors.clone(), model.item_factors.clone()
    got = model.fold_in(torch.tensor([4, 0, 4]), torch.tensor(counts))
    row = np.zeros(6)
    row[0], row[4] = counts[1], counts[0] + counts[2]
    assert got.shape == (3,)
    assert np.allclose(got.numpy(), row_optimum(row, before[1].numpy(), 3.0, 0.4), rtol=1e-8, atol=1e-10)
    assert torch.equal(model.user_factors, before[0])
    assert torch.equal(model.item_factors, before[1])


def test_fold_in_of_nothing():
    x, y, *_ = random_case(2, 3, 2, 0)
    got = ImplicitALS(x, y, 1.0, 0.1).fold_in(torch.zeros(0, dtype=torch.int64), torch.zeros(0))
    assert got.tolist() == pytest.approx([0.0, 0.0], abs=1e-12)


def test_fold_in_reproduces_a_known_user():
    x, y, users, items, counts = random_case(4, 5, 2, 9, seed=7)
    model = ImplicitALS(x, y, 2.0, 0.3)
    mine = users == 1
    want = model.fold_in(items[mine], counts[mine])
    model.sweep(users, items, counts)
    assert torch.allclose(model.user_factors[1], want, rtol=1e-9)


def test_start_factors_are_copied():
    x, y, *data = random_case(3, 4, 2, 6, seed=8)
    copies = x.clone(), y.clone()
    model = ImplicitALS(x.requires_grad_(), y.requires_grad_(), 1.0, 0.1)
    assert not model.user_factors.requires_grad
    assert torch.equal(model.item_factors, copies[1])
    model.sweep(*data)
    assert not model.item_factors.requires_grad
    assert torch.equal(x.detach(), copies[0])
    assert torch.equal(y.detach(), copies[1])
    again = ImplicitALS(x, y, 1.0, 0.1)
    with torch.no_grad():
        y.fill_(9.0)
        x.fill_(9.0)
    assert torch.equal(again.item_factors, copies[1])
    assert torch.equal(again.user_factors, copies[0])
    again.sweep(*data)
    assert torch.allclose(again.item_factors, model.item_factors, rtol=1e-9)


def test_counts_must_be_positive():
    x, y, users, items, counts = random_case(3, 4, 2, 5)
    model = ImplicitALS(x, y, 1.0, 0.1)
    for bad in (0.0, -1.0):
        counts[2] = bad
        with pytest.raises(ValueError):
            model.sweep(users, items, counts)
        with pytest.raises(ValueError):
            model.fold_in(items, counts)
    assert torch.equal(model.user_factors, x)
    assert torch.equal(model.item_factors, y)


@pytest.mark.parametrize("alpha, reg", [(0.0, 0.1), (-1.0, 0.1), (1.0, 0.0), (1.0, -0.1)])
def test_settings_must_be_positive(alpha, reg):
    with pytest.raises(ValueError):
        ImplicitALS(*random_case(2, 2, 1, 0)[:2], alpha, reg)
