import math

import pytest
import torch
from solution import cold_start_step
from torch import nn

SHAPE = (1, 2, 2)


def make_case(seed, n, n_users=3, n_items=5, dim=2):
    generator = torch.Generator().manual_seed(seed)
    users, items, weight = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((n_users, dim), (n_items, dim), (dim, 4))
    )
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(4, dim)).double()
    with torch.no_grad():
        encoder[1].weight.copy_(weight)
    pictures = torch.rand(n_items, *SHAPE, generator=generator, dtype=torch.float64)
    pairs = torch.stack([torch.randint(0, k, (n,), generator=generator) for k in (n_users, n_items)], dim=1)
    clicked, dropped = torch.rand(2, n, generator=generator) < 0.5
    return encoder, users, items, pictures, pairs, clicked, dropped


def by_hand(encoder, users, items, pictures, pairs, clicked, dropped, lr):
    """Row by row, with the gradients of a linear encoder written out."""
    old = [t.tolist() for t in (users, items, encoder[1].weight, encoder[1].bias)]
    new_users, new_items, weight, bias = (t.tolist() for t in (users, items, encoder[1].weight, encoder[1].bias))
    loss, n, dim = 0.0, len(pairs), users.shape[1]
    for (u, i), click, drop in zip(pairs.tolist(), clicked.tolist(), dropped.tolist(), strict=True):
        x = pictures[i].flatten().tolist()
        vector = []
        for d in range(dim):
            look = sum(w * v for w, v in zip(old[2][d], x, strict=True)) + old[3][d]
            vector.append(look + (0.0 if drop else old[1][i][d]))
        score = sum(a * b for a, b in zip(old[0][u], vector, strict=True))
        p = 1 / (1 + math.exp(-score))
        loss -= math.log(p if click else 1 - p) / n
        pull = lr * (p - click) / n
        for d in range(dim):
            new_users[u][d] -= pull * vector[d]
            bias[d] -= pull * old[0][u][d]
            weight[d] = [w - pull * old[0][u][d] * v for w, v in zip(weight[d], x, strict=True)]
            if not drop:
                new_items[i][d] -= pull * old[0][u][d]
    return weight, bias, new_users, new_items, loss


def agree(got, want):
    encoder, users, items, loss = got
    assert encoder.training
    assert isinstance(loss, float)
    assert loss == pytest.approx(want[4], rel=1e-9)
    assert not users.requires_grad
    assert not items.requires_grad
    for value, expected in zip((encoder[1].weight, encoder[1].bias, users, items), want, strict=False):
        assert torch.allclose(value, torch.tensor(expected, dtype=torch.float64), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [1, 6, 20])
def test_matches_gradients_written_out(n):
    case = make_case(n, n)
    copies = [tensor.clone() for tensor in case[1:]]
    agree(cold_start_step(*case, 0.4), by_hand(*case, 0.4))
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(case[1:], copies, strict=True))


@pytest.mark.parametrize("drop", [True, False])
def test_all_or_none_dropped(drop):
    *case, dropped = make_case(2, 8)
    dropped = torch.full_like(dropped, drop)
    got = cold_start_step(*case, dropped, 0.4)
    agree(got, by_hand(*case, dropped, 0.4))
    assert torch.equal(got[2], case[2]) == drop


def test_the_encoder_sees_each_item_once():
    encoder, users, items, pictures, _, clicked, dropped = make_case(3, 6)
    norm = nn.Sequential(encoder[0], encoder[1], nn.BatchNorm1d(2).double())
    pairs = torch.tensor([[0, 4], [1, 1], [2, 4], [0, 1], [1, 4], [2, 4]])
    trained, _, _, _ = cold_start_step(norm, users, items, pictures, pairs, clicked, dropped, 0.1)
    h = pictures[[1, 4]].flatten(1) @ encoder[1].weight.detach().T + encoder[1].bias.detach()
    assert torch.allclose(trained[2].running_mean, 0.1 * h.mean(dim=0), rtol=1e-9)
    assert torch.allclose(trained[2].running_var, 0.9 + 0.1 * h.var(dim=0), rtol=1e-9)
    assert trained[2].num_batches_tracked.item() == 1


def test_extreme_scores():
    encoder, users, items, pictures, _, _, _ = make_case(4, 1)
    users = torch.full_like(users, 1e3)
    case = (users, items * 0 + 1.0, pictures * 0, torch.tensor([[0, 0]]), torch.tensor([False]), torch.tensor([False]))
    with torch.no_grad():
        encoder[1].bias.zero_()
    _, _, new_items, loss = cold_start_step(encoder, *case, 0.001)
    assert loss == pytest.approx(2000.0, rel=1e-9)
    assert new_items[0].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_the_encoder_given_is_not_changed():
    encoder, *case = make_case(5, 6)
    encoder.eval()
    encoder[1].bias.grad = torch.full_like(encoder[1].bias, 3.0)
    want = by_hand(encoder, *case, 0.3)
    before = encoder[1].weight.detach().clone()
    trainable = [tensor.clone().requires_grad_() for tensor in case[:2]]
    agree(cold_start_step(encoder, *trainable, *case[2:], 0.3), want)
    assert torch.equal(encoder[1].weight, before)
    assert torch.equal(encoder[1].bias.grad, torch.full_like(encoder[1].bias, 3.0))
    assert not encoder.training


def test_the_step_is_made_in_training_mode():
    encoder, *case = make_case(6, 6)
    deaf = nn.Sequential(encoder[0], nn.Dropout(1.0), encoder[1]).eval()
    trained, _, _, _ = cold_start_step(deaf, *case, 0.3)
    assert torch.equal(trained[2].weight, encoder[1].weight)
    assert not torch.equal(trained[2].bias, encoder[1].bias)
