import math

import pytest
import torch
from solution import sampled_step, teacher_probability
from torch import nn

HIDDEN = 2


def make_network(seed, scale=1.0):
    cell, head = nn.GRUCell(1, HIDDEN).double(), nn.Linear(HIDDEN, 1).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in [*cell.parameters(), *head.parameters()]:
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64) * scale)
    return cell, head


NETWORK = make_network(6)


def make_batch(seed, b, t, h, gaps=0.3):
    generator = torch.Generator().manual_seed(seed)
    history, targets = (torch.randn(b, n, generator=generator, dtype=torch.float64) for n in (t, h))
    targets[torch.rand(b, h, generator=generator) < gaps] = math.nan
    targets[0, -1] = 0.5
    return history, targets, torch.rand(b, h - 1, generator=generator) < 0.5


def by_hand(cell, head, history, targets, teacher, lr):
    """Series by series, with the equations of the cell written out."""
    state = [p.detach().clone().requires_grad_() for p in [*cell.parameters(), *head.parameters()]]
    w_in, w_hidden, b_in, b_hidden, w_out, b_out = state

    def read(value, h):
        x, y = w_in[:, 0] * value + b_in, w_hidden @ h + b_hidden
        reset, update = torch.sigmoid(x[:HIDDEN] + y[:HIDDEN]), torch.sigmoid((x + y)[HIDDEN : 2 * HIDDEN])
        return (1 - update) * torch.tanh(x[2 * HIDDEN :] + reset * y[2 * HIDDEN :]) + update * h

    losses, predictions = [], []
    for past, future, forced in zip(history.tolist(), targets.tolist(), teacher.tolist(), strict=True):
        h = torch.zeros(HIDDEN, dtype=torch.float64)
        for value in past:
            h = read(value, h)
        row = []
        for k, target in enumerate(future):
            if k > 0:
                known = forced[k - 1] and not math.isnan(future[k - 1])
                h = read(future[k - 1] if known else row[-1], h)
            out = w_out[0] @ h + b_out[0]
            row.append(out.item())
            if not math.isnan(target):
                losses.append((out - target) ** 2)
        predictions.append(row)
    loss = sum(losses) / len(losses)
    gradients = torch.autograd.grad(loss, state)
    return [p.detach() - lr * g for p, g in zip(state, gradients, strict=True)], predictions, loss.item()


def agree(got, want):
    cell, head, predictions, loss = got
    assert isinstance(loss, float)
    assert loss == pytest.approx(want[2], rel=1e-9)
    assert not predictions.requires_grad
    assert torch.allclose(predictions, torch.tensor(want[1], dtype=torch.float64), rtol=1e-9, atol=1e-12)
    for p, q in zip([*cell.parameters(), *head.parameters()], want[0], strict=True):
        assert p.requires_grad
        assert torch.allclose(p, q, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("b", "t", "h", "gaps"), [(1, 1, 1, 0.0), (2, 2, 5, 0.4)])
def test_matches_series_by_series(b, t, h, gaps):
    batch = make_batch(h, b, t, h, gaps)
    agree(sampled_step(*NETWORK, *batch, 0.2), by_hand(*NETWORK, *batch, 0.2))


def test_all_true_beside_all_own():
    history, targets, teacher = make_batch(6, 2, 2, 4, 0.0)
    teacher[0], teacher[1] = True, False
    got = sampled_step(*NETWORK, history, targets, teacher, 0.3)
    agree(got, by_hand(*NETWORK, history, targets, teacher, 0.3))
    # Other targets before the last only matter where they are fed.
    targets[:, :3] += 1.0
    moved = sampled_step(*NETWORK, history, targets, teacher, 0.3)[2]
    assert not torch.allclose(moved[0], got[2][0], rtol=1e-12)
    assert torch.allclose(moved[1], got[2][1], rtol=1e-12)


def test_missing_targets_are_replaced_by_predictions():
    history, targets, teacher = make_batch(7, 2, 2, 3, 0.0)
    targets[:, :2] = math.nan
    got = sampled_step(*NETWORK, history, targets, torch.ones_like(teacher), 0.3)
    want = sampled_step(*NETWORK, history, targets, torch.zeros_like(teacher), 0.3)
    assert torch.isfinite(got[2]).all()
    assert torch.equal(got[2], want[2])
    assert got[3] == want[3]
    assert all(torch.equal(p, q) for p, q in zip(got[0].parameters(), want[0].parameters(), strict=True))


def test_nothing_given_is_changed():
    (cell, head), batch = make_network(8), make_batch(8, 1, 2, 3)
    for p in (cell.bias_ih, head.weight):
        p.grad = torch.full_like(p, 2.0)
    want = by_hand(cell, head, *batch, 0.4)
    tensors = [*cell.parameters(), *head.parameters(), *batch]
    before = [t.detach().clone().nan_to_num(7.0) for t in tensors]
    agree(sampled_step(cell, head, *batch, 0.4), want)
    assert all(torch.equal(t.nan_to_num(7.0), copy) for t, copy in zip(tensors, before, strict=True))
    assert torch.equal(head.weight.grad, torch.full_like(head.weight, 2.0))
    assert cell.weight_ih.grad is None


def test_probability():
    got = teacher_probability(0, 10.0)
    assert isinstance(got, float)
    assert got == pytest.approx(10 / 11, rel=1e-12)
    assert teacher_probability(25, 10.0) == pytest.approx(10 / (10 + math.exp(2.5)), rel=1e-12)
    assert teacher_probability(3, 0.5) == pytest.approx(0.5 / (0.5 + math.exp(6)), rel=1e-12)
    assert teacher_probability(10**6, 5.0) == pytest.approx(0.0, abs=1e-12)
