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


@pytest.mark.parametrize(("n", "drop"), [(1, [False]), (20, [False, True]), (8, [True])])
def test_matches_gradients_written_out_and_changes_nothing_given(n, drop):
    encoder, *case, dropped = make_case(n, n)
    case.append(dropped if len(drop) > 1 else torch.full_like(dropped, drop[0]))
    encoder.eval()
    encoder[1].bias.grad = torch.full_like(encoder[1].bias, 3.0)
    want = by_hand(encoder, *case, 0.4)
    copies = [tensor.detach().clone() for tensor in (encoder[1].weight, *case)]
    trainable = [tensor.clone().requires_grad_() for tensor in case[:2]]
    got = cold_start_step(encoder, *trainable, *case[2:], 0.4)
    agree(got, want)
    assert torch.equal(got[2], case[1]) == (drop == [True])
    given = (encoder[1].weight, *trainable, *case[2:])
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(given, copies, strict=True))
    assert torch.equal(encoder[1].bias.grad, torch.full_like(encoder[1].bias, 3.0))
    assert not encoder.training


def test_the_encoder_sees_each_item_once_in_training_mode():
    encoder, users, items, pictures, _, clicked, dropped = make_case(3, 6)
    deaf = nn.Sequential(encoder[0], encoder[1], nn.BatchNorm1d(2).double(), nn.Dropout(1.0)).eval()
    pairs = torch.tensor([[0, 4], [1, 1], [2, 4], [0, 1], [1, 4], [2, 4]])
    trained, _, _, loss = cold_start_step(deaf, users, items, pictures, pairs, clicked, dropped, 0.1)
    h = pictures[[1, 4]].flatten(1) @ encoder[1].weight.detach().T + encoder[1].bias.detach()
    assert torch.allclose(trained[2].running_mean, 0.1 * h.mean(dim=0), rtol=1e-9)
    assert torch.allclose(trained[2].running_var, 0.9 + 0.1 * h.var(dim=0), rtol=1e-9)
    assert trained[2].num_batches_tracked.item() == 1
    # The dropout hides all pictures.
    assert torch.equal(trained[1].weight, encoder[1].weight)
    scores = (users[pairs[:, 0]] * items[pairs[:, 1]]).sum(dim=1) * ~dropped
    want = torch.log1p(torch.exp(torch.where(clicked, -scores, scores))).mean().item()
    assert loss == pytest.approx(want, rel=1e-9)


def test_extreme_scores():
    encoder, users, items, pictures, _, _, _ = make_case(4, 1)
    users = torch.full_like(users, 1e3)
    case = (users, items * 0 + 1.0, pictures * 0, torch.tensor([[0, 0]]), torch.tensor([False]), torch.tensor([False]))
    with torch.no_grad():
        encoder[1].bias.zero_()
    _, _, new_items, loss = cold_start_step(encoder, *case, 0.001)
    assert loss == pytest.approx(2000.0, rel=1e-9)
    assert new_items[0].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)
