import pytest
import torch
from solution import deep_supervision_step
from torch import nn

CLASSES = 3


def make_network(seed, dtype=torch.float64):
    stages = nn.Sequential(
        nn.Sequential(nn.Conv2d(2, 3, 1), nn.Tanh()),
        nn.Sequential(nn.Conv2d(3, 4, 2, stride=2), nn.Tanh()),
        nn.AvgPool2d((1, 2)),
    ).to(dtype)
    heads = nn.ModuleList([nn.Conv2d(c, CLASSES, 1) for c in (3, 4, 4)]).to(dtype)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in [*stages.parameters(), *heads.parameters()]:
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return stages, heads


NETWORK = make_network(1)


def make_batch(seed, b=2, height=4, width=8, unlabelled=0.3, ignore_index=255):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(b, 2, height, width, generator=generator, dtype=torch.float64)
    targets = torch.randint(0, CLASSES, (b, height, width), generator=generator)
    targets[torch.rand(targets.shape, generator=generator) < unlabelled] = ignore_index
    return images, targets


def head_losses(stages, heads, images, targets, ignore_index):
    """The loss of each head, from the pixels that are labelled, looked up one by one."""
    losses, x = [], images
    for stage, head in zip(stages, heads, strict=True):
        x = stage(x)
        logits = head(x)
        h, w = logits.shape[2:]
        found = []
        for b, target in enumerate(targets.tolist()):
            for i in range(h):
                for j in range(w):
                    y = target[i * len(target) // h][j * len(target[0]) // w]
                    if y != ignore_index:
                        found.append((b, i, j, y))
        if found:
            b, i, j, y = torch.tensor(found).T
            losses.append((torch.logsumexp(logits[b, :, i, j], dim=1) - logits[b, y, i, j]).mean())
        else:
            losses.append(logits.sum() * 0)
    return losses


def check(stages, heads, images, targets, lr, decay, ignore_index, got):
    losses = head_losses(stages, heads, images, targets, ignore_index)
    weights = [decay ** (2 - k) / (1 + decay + decay**2) for k in range(3)]
    parameters = [*stages.parameters(), *heads.parameters()]
    gradients = torch.autograd.grad(sum(w * part for w, part in zip(weights, losses, strict=True)), parameters)
    new_stages, new_heads, new_losses = got
    assert new_losses == pytest.approx([part.item() for part in losses], rel=1e-9, abs=1e-12)
    assert all(isinstance(loss, float) for loss in new_losses)
    for p, g, q in zip(parameters, gradients, [*new_stages.parameters(), *new_heads.parameters()], strict=True):
        assert torch.allclose(q, p - lr * g, rtol=1e-9, atol=1e-11)
    return losses


def test_matches_pixel_by_pixel():
    batch = make_batch(2)
    check(*NETWORK, *batch, 0.3, 0.8, 255, deep_supervision_step(*NETWORK, *batch, 0.3, 0.8))


def test_sizes_that_do_not_divide():
    batch = make_batch(3, 1, 5, 7)
    check(*NETWORK, *batch, 0.1, 0.5, 255, deep_supervision_step(*NETWORK, *batch, 0.1))


def test_another_ignore_index():
    batch = make_batch(4, ignore_index=-1)
    check(*NETWORK, *batch, 0.1, 2.0, -1, deep_supervision_step(*NETWORK, *batch, 0.1, 2.0, -1))


def test_a_head_without_any_labelled_pixel():
    images, targets = make_batch(5, unlabelled=0.0)
    targets[:, ::2, ::2] = 255
    losses = check(*NETWORK, images, targets, 0.2, 0.5, 255, deep_supervision_step(*NETWORK, images, targets, 0.2))
    assert losses[0].item() > 0
    assert losses[1].item() == losses[2].item() == 0.0


def test_a_single_labelled_pixel():
    images, targets = make_batch(8, unlabelled=1.1)
    targets[1, 0, 0] = 2
    check(*NETWORK, images, targets, 0.2, 0.5, 255, deep_supervision_step(*NETWORK, images, targets, 0.2))


def test_no_labelled_pixel_at_all_changes_nothing():
    images, targets = make_batch(6)
    stages, heads, losses = deep_supervision_step(*NETWORK, images, torch.full_like(targets, 255), 0.5)
    assert losses == [0.0, 0.0, 0.0]
    assert all(torch.equal(p, q) for p, q in zip(stages.parameters(), NETWORK[0].parameters(), strict=True))
    assert all(torch.equal(p, q) for p, q in zip(heads.parameters(), NETWORK[1].parameters(), strict=True))


def test_modes_and_originals():
    (stages, heads), (images, targets) = make_network(7), make_batch(7)
    deaf = nn.Sequential(stages[0], nn.Sequential(nn.Dropout(1.0), *stages[1]), stages[2]).eval()
    heads[0] = nn.Sequential(nn.Dropout(1.0), heads[0])
    heads.eval()
    before = [p.detach().clone() for p in [*deaf.parameters(), *heads.parameters()]]
    new_stages, new_heads, _ = deep_supervision_step(deaf, heads, images, targets, 0.5)
    assert new_stages.training
    assert new_heads.training
    assert not deaf.training
    assert not heads.training
    # In training mode, nothing comes through to what lies behind the dropout.
    assert torch.equal(new_stages[0][0].weight, stages[0][0].weight)
    assert torch.equal(new_heads[0][1].weight, heads[0][1].weight)
    assert not torch.equal(new_heads[0][1].bias, heads[0][1].bias)
    assert all(torch.equal(p, q) for p, q in zip([*deaf.parameters(), *heads.parameters()], before, strict=True))
