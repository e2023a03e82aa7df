import math

import numpy as np
import pytest
import torch
from solution import bpr_epoch


def by_hand(users, items, bias, triples, lr, reg, batch_size):
    """The epoch in float64 numpy with gradients written out, one triple at a time."""
    p, q, b = (np.array(t.tolist()) for t in (users, items, bias))
    losses = []
    for start in range(0, len(triples), batch_size):
        batch = triples[start : start + batch_size].tolist()
        dp, dq, db = np.zeros_like(p), np.zeros_like(q), np.zeros_like(b)
        for u, i, j in batch:
            x = p[u] @ q[i] + b[i] - p[u] @ q[j] - b[j]
            losses.append(math.log1p(math.exp(-x)) + reg / 2 * (p[u] @ p[u] + q[i] @ q[i] + q[j] @ q[j]))
            pull = -1 / (1 + math.exp(x))
            dp[u] += pull * (q[i] - q[j]) + reg * p[u]
            dq[i] += pull * p[u] + reg * q[i]
            dq[j] += -pull * p[u] + reg * q[j]
            db[i] += pull
            db[j] -= pull
        p, q, b = (t - lr / len(batch) * d for t, d in ((p, dp), (q, dq), (b, db)))
    return p, q, b, sum(losses) / len(losses)


def random_case(n_triples, n_users=5, n_items=6, dim=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    users, items, bias = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((n_users, dim), (n_items, dim), n_items)
    )
    columns = [torch.randint(0, n, (n_triples,), generator=generator) for n in (n_users, n_items, n_items)]
    return users, items, bias, torch.stack(columns, dim=1)


@pytest.mark.parametrize(
    "n_triples, batch_size, reg", [(1, 1, 0.3), (7, 3, 0.0), (12, 4, 0.3), (9, 100, 0.0), (10, 9, 0.3)]
)
def test_matches_gradients_written_out(n_triples, batch_size, reg):
    case = random_case(n_triples, seed=n_triples)
    *got, loss = bpr_epoch(*case, 0.2, reg, batch_size)
    *want, want_loss = by_hand(*case, 0.2, reg, batch_size)
    assert isinstance(loss, float)
    assert loss == pytest.approx(want_loss, rel=1e-10)
    for tensor, array in zip(got, want, strict=True):
        assert not tensor.requires_grad
        assert tensor.shape == array.shape
        assert np.allclose(tensor.numpy(), array, rtol=1e-10, atol=1e-12)


def test_repeated_rows_get_the_sum():
    users, items, bias, _ = random_case(0, seed=3)
    triples = torch.tensor([[1, 2, 3], [1, 2, 3], [1, 3, 2], [1, 2, 2]])
    *got, _ = bpr_epoch(users, items, bias, triples, 0.5, 0.1, 4)
    *want, _ = by_hand(users, items, bias, triples, 0.5, 0.1, 4)
    for tensor, array in zip(got, want, strict=True):
        assert np.allclose(tensor.numpy(), array, rtol=1e-10)


def test_rows_that_do_not_occur_stay():
    users, items, bias, _ = random_case(0, seed=4)
    new_users, new_items, new_bias, _ = bpr_epoch(users, items, bias, torch.tensor([[0, 1, 2]] * 3), 0.5, 0.2, 2)
    assert torch.equal(new_users[1:], users[1:])
    assert torch.equal(new_items[3:], items[3:])
    assert torch.equal(new_bias[3:], bias[3:])
    assert not torch.equal(new_users[0], users[0])


def test_training_ranks_the_liked_items_first():
    users, items, bias, _ = random_case(0, seed=5)
    triples = torch.tensor([[u, u, j] for u in range(5) for j in range(6) if j != u])
    losses = []
    for _ in range(3):
        users, items, bias, loss = bpr_epoch(users, items, bias, triples.repeat(4, 1), 2.0, 0.001, 5)
        losses.append(loss)
    assert losses[-1] < 0.1 < losses[0]
    assert (users @ items.T + bias).argmax(dim=1).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("scale, want", [(100.0, 0.0), (-100.0, 1e4)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_extreme_scores_stay_finite(scale, want, dtype):
    users, items = torch.tensor([[100.0]], dtype=dtype), torch.tensor([[scale], [0.0]], dtype=dtype)
    *got, loss = bpr_epoch(users, items, torch.zeros(2, dtype=dtype), torch.tensor([[0, 0, 1]]), 0.01, 0.0, 1)
    assert loss == pytest.approx(want, abs=1e-6)
    pull = 0.01 if scale < 0 else 0.0
    wanted = [[[100.0 + pull * scale]], [[scale + pull * 100], [-pull * 100]], [pull, -pull]]
    for tensor, numbers in zip(got, wanted, strict=True):
        assert tensor.dtype == dtype
        assert torch.allclose(tensor, torch.tensor(numbers, dtype=dtype))


def test_no_triples():
    users, items, bias, triples = random_case(0)
    new_users, new_items, new_bias, loss = bpr_epoch(users, items, bias, triples, 0.1, 0.1, 4)
    assert loss == 0.0
    assert torch.equal(new_users, users)
    assert torch.equal(new_items, items)
    assert torch.equal(new_bias, bias)


def test_the_tensors_given_are_not_changed():
    case = random_case(6, seed=7)
    copies = [tensor.clone() for tensor in case]
    results = bpr_epoch(*case, 0.3, 0.1, 2)
    for tensor in results[:3]:
        tensor.fill_(0.0)
    results = bpr_epoch(*case[:3], case[3][:0], 0.3, 0.1, 2)
    for tensor in results[:3]:
        tensor.fill_(0.0)
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(case, copies, strict=True))


def test_trainable_tensors_are_welcome():
    users, items, bias, triples = random_case(4, seed=8)
    *want, want_loss = bpr_epoch(users, items, bias, triples, 0.3, 0.1, 2)
    *got, loss = bpr_epoch(*(t.clone().requires_grad_() for t in (users, items, bias)), triples, 0.3, 0.1, 2)
    assert loss == want_loss
    for a, b in zip(got, want, strict=True):
        assert not a.requires_grad
        assert torch.equal(a, b)
