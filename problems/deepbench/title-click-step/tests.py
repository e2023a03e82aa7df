import math

import pytest
import torch
from solution import click_step
from torch import nn

VOCABULARY, DIM = 8, 3


def make_encoder(seed):
    encoder = nn.EmbeddingBag(VOCABULARY, DIM, mode="mean").double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        encoder.weight.copy_(torch.randn(VOCABULARY, DIM, generator=generator, dtype=torch.float64))
    return encoder


def make_batch(seed, n_read, n_shown, r=3, s=4, t=2):
    generator = torch.Generator().manual_seed(seed)
    history = torch.randint(0, VOCABULARY, (len(n_read), r, t), generator=generator)
    shown = torch.randint(0, VOCABULARY, (len(n_read), s, t), generator=generator)
    clicked = torch.tensor([k - 1 if k % 2 else 0 for k in n_shown])
    return history, torch.tensor(n_read), shown, torch.tensor(n_shown), clicked


def by_hand(encoder, history, n_read, shown, n_shown, clicked, lr):
    table = encoder.weight.detach().clone().requires_grad_()

    def encode(title):
        return sum(table[word] for word in title) / len(title)

    loss, hits = 0.0, 0
    for b in range(len(history)):
        read = [encode(title) for title in history[b].tolist()[: n_read[b]]]
        user = sum(read) / len(read) if read else torch.zeros(DIM, dtype=torch.float64)
        scores = [encode(title) @ user for title in shown[b].tolist()[: n_shown[b]]]
        k = clicked[b].item()
        loss = loss + (torch.log(sum(torch.exp(s) for s in scores)) - scores[k]) / len(history)
        hits += all(scores[k].item() > s.item() for j, s in enumerate(scores) if j != k)
    (gradient,) = torch.autograd.grad(loss, table)
    return table.detach() - lr * gradient, loss.item(), hits / len(history)


def agree(got, want):
    encoder, loss, share = got
    assert isinstance(loss, float)
    assert isinstance(share, float)
    assert loss == pytest.approx(want[1], rel=1e-9, abs=1e-12)
    assert share == pytest.approx(want[2], rel=1e-12)
    assert encoder.weight.requires_grad
    assert torch.allclose(encoder.weight, want[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("n_read", "n_shown"), [([1], [2]), ([3, 0, 2], [4, 3, 2]), ([1, 2, 3, 3, 2], [1, 4, 3, 4, 3])]
)
def test_matches_title_by_title(n_read, n_shown):
    encoder, batch = make_encoder(len(n_read)), make_batch(len(n_read), n_read, n_shown)
    agree(click_step(encoder, *batch, 0.5), by_hand(encoder, *batch, 0.5))


def test_by_hand():
    encoder = nn.EmbeddingBag(4, 1, mode="mean")
    with torch.no_grad():
        encoder.weight.copy_(torch.tensor([[1.0], [3.0], [0.0], [9.0]]))
    history, shown = torch.tensor([[[0], [1], [3]]]), torch.tensor([[[2], [0], [3]]])
    batch = (history, torch.tensor([2]), shown, torch.tensor([2]), torch.tensor([1]))
    encoder, loss, share = click_step(encoder, *batch, 1.0)
    # The user is 2, the scores are 0 and 2; title 3 is neither read nor shown.
    p = 1 / (1 + math.exp(-2))
    assert loss == pytest.approx(-math.log(p), rel=1e-5)
    assert share == 1.0
    assert encoder.weight[1:].flatten().tolist() == pytest.approx([3 + (1 - p) / 2, -(1 - p) * 2, 9.0], rel=1e-5)


def test_users_without_a_history():
    encoder, batch = make_encoder(4), make_batch(4, [0, 0], [3, 1])
    got = click_step(encoder, *batch, 0.5)
    assert got[1] == pytest.approx(math.log(3) / 2, rel=1e-9)
    # Equal scores are not higher, but a title shown alone counts.
    assert got[2] == 0.5
    assert torch.equal(got[0].weight, encoder.weight)


def test_what_lies_behind_has_no_influence():
    encoder, (history, n_read, shown, n_shown, clicked) = make_encoder(5), make_batch(5, [1, 2], [2, 3])
    want = click_step(encoder, history, n_read, shown, n_shown, clicked, 0.3)
    history, shown = (torch.cat([t, torch.full_like(t, 7)], dim=1) for t in (history, shown))
    history[0, 1:], shown[0, 2:] = 6, 5
    got = click_step(encoder, history, n_read, shown, n_shown, clicked, 0.3)
    assert got[1:] == pytest.approx(want[1:], rel=1e-12)
    assert torch.allclose(got[0].weight, want[0].weight, rtol=1e-12)


def test_extreme_scores():
    encoder = make_encoder(6)
    with torch.no_grad():
        encoder.weight.mul_(100)
    batch = make_batch(6, [1, 1], [4, 4])
    trained, loss, _ = click_step(encoder, *batch, 0.1)
    assert 0 <= loss < 1e6
    assert torch.isfinite(trained.weight).all()


def test_the_encoder_given_is_not_changed():
    encoder, batch = make_encoder(7), make_batch(7, [2, 1], [3, 2])
    encoder.weight.grad = torch.full_like(encoder.weight, 4.0)
    want = by_hand(encoder, *batch, 0.5)
    before = encoder.weight.detach().clone()
    agree(click_step(encoder, *batch, 0.5), want)
    assert torch.equal(encoder.weight, before)
    assert torch.equal(encoder.weight.grad, torch.full_like(encoder.weight, 4.0))
