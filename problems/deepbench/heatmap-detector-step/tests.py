import math

import pytest
import torch
from solution import heatmap_step
from torch import nn

CLASSES = 2


def make_model(seed, dtype=torch.float64):
    model = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Tanh(), nn.Conv2d(3, CLASSES + 2, 1)).to(dtype)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


def make_batches(seed, sizes, n_centres, shape=(2, 3)):
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for b, n in zip(sizes, n_centres, strict=True):
        heat = torch.rand(b, CLASSES, *shape, generator=generator, dtype=torch.float64) * 0.9
        heat[:, :, 0, 0] = 0.0
        wanted = torch.full((b, 2, *shape), math.nan, dtype=torch.float64)
        for place in torch.randperm(heat.numel(), generator=generator)[:n].tolist():
            heat.view(-1)[place] = 1.0
            wanted[place // (CLASSES * shape[0] * shape[1]), :, place // shape[1] % shape[0], place % shape[1]] = (
                place / 7
            )
        batches.append((torch.randn(b, 3, *shape, generator=generator, dtype=torch.float64), heat, wanted))
    return batches


def by_hand(model, batches, lr, size_weight):
    """All places in one row, with autograd only over the formulas written out."""
    state = [p.detach().clone().requires_grad_() for p in model.parameters()]
    images, heats, sizes = (
        torch.cat([t.movedim(1, 3).flatten(0, 2) for t in part]) for part in zip(*batches, strict=True)
    )
    out = torch.tanh(images @ state[0][:, :, 0, 0].T + state[1]) @ state[2][:, :, 0, 0].T + state[3]
    p, centre = 1 / (1 + torch.exp(-out[:, :CLASSES])), heats == 1
    heat_loss = -((1 - p[centre]) ** 2 * torch.log(p[centre])).sum()
    heat_loss = heat_loss - ((1 - heats) ** 4 * p * p * torch.log(1 - p))[~centre].sum()
    size_loss = torch.zeros((), dtype=torch.float64)
    for k in range(CLASSES):
        size_loss = size_loss + (out[:, CLASSES:] - sizes)[centre[:, k]].abs().sum()
    n = max(centre.sum().item(), 1)
    gradients = torch.autograd.grad((heat_loss + size_weight * size_loss) / n, state)
    state = [p.detach() - lr * g for p, g in zip(state, gradients, strict=True)]
    return state, heat_loss.item() / n, size_loss.item() / n


def agree(got, want):
    model, heat_loss, size_loss = got
    assert model.training
    assert isinstance(heat_loss, float)
    assert isinstance(size_loss, float)
    assert heat_loss == pytest.approx(want[1], rel=1e-9)
    assert size_loss == pytest.approx(want[2], rel=1e-9, abs=1e-12)
    for p, q in zip(model.parameters(), want[0], strict=True):
        assert torch.allclose(p, q, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("sizes", "n_centres", "weights"), [([2], [3], []), ([1, 2, 1], [1, 4, 0], [2.0])])
def test_matches_the_formulas_and_leaves_the_model_given(sizes, n_centres, weights):
    model, batches = make_model(len(sizes)).eval(), make_batches(len(sizes), sizes, n_centres)
    want = by_hand(model, batches, 0.2, *(weights or [0.1]))
    for p in model.parameters():
        p.grad = torch.full_like(p, 2.0)
    before = [p.detach().clone() for p in model.parameters()]
    agree(heatmap_step(model, batches, 0.2, *weights), want)
    assert not model.training
    for p, q in zip(model.parameters(), before, strict=True):
        assert torch.equal(p, q)
        assert torch.equal(p.grad, torch.full_like(p, 2.0))


def test_no_centre():
    model, batches = make_model(3), make_batches(3, [1, 1], [0, 0], shape=(1, 2))
    agree(heatmap_step(model, batches, 0.1), by_hand(model, batches, 0.1, 0.1))


def test_two_classes_at_one_place():
    model, batches = make_model(5), make_batches(5, [1], [0], shape=(1, 2))
    batches[0][1][0, :, 0, 1] = 1.0
    batches[0][2][0, :, 0, 1] = torch.tensor([2.0, 5.0])
    want = by_hand(model, batches, 0.1, 1.0)
    agree(heatmap_step(model, batches, 0.1, 1.0), want)


def test_by_hand():
    model = nn.Sequential(nn.Conv2d(3, 3, 1))
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias.copy_(torch.tensor([0.0, 1.0, 4.0]))
    heat = torch.tensor([1.0, 0.5]).reshape(1, 1, 1, 2)
    sizes = torch.tensor([[3.0, math.nan], [3.0, math.nan]]).reshape(1, 2, 1, 2)
    trained, heat_loss, size_loss = heatmap_step(model, [(torch.zeros(1, 3, 1, 2), heat, sizes)], 0.5, 1.0)
    # p is 1/2 at both places: (1/4) log 2 at the centre, (1/16) (1/4) log 2 beside it.
    assert heat_loss == pytest.approx(math.log(2) * (1 / 4 + 1 / 64), rel=1e-5)
    assert size_loss == pytest.approx(3.0)
    assert trained[0].bias[1:].tolist() == pytest.approx([1.5, 3.5])


def test_extreme_logits():
    # One class says centre everywhere, the other nowhere.
    model = nn.Sequential(nn.Conv2d(3, 4, 1)).double()
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias.copy_(torch.tensor([1e4, -1e4, 0.0, 0.0]))
    images, sizes = torch.ones(1, 3, 1, 2, dtype=torch.float64), torch.zeros(1, 2, 1, 2, dtype=torch.float64)
    heat = torch.tensor([1.0, 0.0], dtype=torch.float64).repeat(1, 2, 1, 1)
    trained, heat_loss, _ = heatmap_step(model, [(images, heat, sizes)], 0.1)
    # Of each class one of two places is wrong, and there the loss falls by 1 with each unit of the logit.
    assert heat_loss == pytest.approx(1e4, rel=1e-9)
    assert trained[0].bias[:2].tolist() == pytest.approx([1e4 - 0.05, -1e4 + 0.05], rel=1e-12)
    assert all(torch.isfinite(p).all() for p in trained.parameters())


def test_the_step_is_made_in_training_mode():
    model, batches = make_model(7), make_batches(7, [1], [2])
    deaf = nn.Sequential(nn.Dropout(1.0), *model).eval()
    trained, _, _ = heatmap_step(deaf, batches, 0.3)
    assert torch.equal(trained[1].weight, model[0].weight)
    assert not torch.equal(trained[1].bias, model[0].bias)
