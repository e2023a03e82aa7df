import math

import pytest
import torch
from solution import soft_dice_loss


def by_hand(logits, targets, ignore_index=255):
    """The loss in plain Python, pixel by pixel."""
    n_classes = logits.shape[1]
    rows = logits.double().permute(0, 2, 3, 1).reshape(-1, n_classes).tolist()
    overlap, mass, count = [0.0] * n_classes, [0.0] * n_classes, [0] * n_classes
    for row, target in zip(rows, targets.flatten().tolist(), strict=True):
        if target == ignore_index:
            continue
        top = max(row)
        exps = [math.exp(value - top) for value in row]
        for c in range(n_classes):
            mass[c] += exps[c] / sum(exps)
        overlap[target] += exps[target] / sum(exps)
        count[target] += 1
    losses = [1 - 2 * overlap[c] / (mass[c] + count[c]) for c in range(n_classes) if count[c]]
    return sum(losses) / len(losses) if losses else 0.0


def random_case(n_batch, n_classes, height, width, seed=0, classes=None):
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(n_batch, n_classes, height, width, generator=generator, dtype=torch.float64)
    targets = torch.randint(0, classes or n_classes, (n_batch, height, width), generator=generator)
    return logits, targets, generator


@pytest.mark.parametrize("n_batch, n_classes, height, width", [(2, 3, 4, 5), (1, 2, 1, 1), (3, 5, 2, 7), (2, 1, 3, 3)])
@pytest.mark.parametrize("ignored", [False, True])
def test_matches_the_formula(n_batch, n_classes, height, width, ignored):
    logits, targets, generator = random_case(n_batch, n_classes, height, width)
    if ignored:
        targets[torch.rand(targets.shape, generator=generator) < 0.3] = 255
    loss = soft_dice_loss(logits, targets)
    assert loss.shape == ()
    assert loss.dtype == torch.float64
    assert loss.item() == pytest.approx(by_hand(logits, targets), rel=1e-10, abs=1e-12)


def test_small_case_worked_out_by_hand():
    logits = torch.log(torch.tensor([[[[0.75, 0.5]], [[0.25, 0.5]]]]))
    targets = torch.tensor([[[0, 1]]])
    # Scores: 2 * 0.75 / (1.25 + 1) = 2/3 and 2 * 0.5 / (0.75 + 1) = 4/7.
    assert soft_dice_loss(logits, targets).item() == pytest.approx(1 - (2 / 3 + 4 / 7) / 2, rel=1e-5)


def test_absent_classes_are_left_out_of_the_mean():
    logits, targets, _ = random_case(2, 6, 3, 4, seed=3, classes=2)
    assert soft_dice_loss(logits, targets).item() == pytest.approx(by_hand(logits, targets), rel=1e-10)


@pytest.mark.parametrize("ignore_index", [-1, -100, 1, 7])
def test_other_values_for_ignored_pixels(ignore_index):
    logits, targets, _ = random_case(2, 3, 4, 4, seed=5)
    targets[0, :2] = ignore_index
    got = soft_dice_loss(logits, targets, ignore_index)
    assert got.item() == pytest.approx(by_hand(logits, targets, ignore_index), rel=1e-10)


def test_gradient_follows_the_quotient_rule():
    logits, targets, _ = random_case(2, 4, 3, 3, seed=8, classes=3)
    targets[1, 0] = 255
    logits.requires_grad_()
    (got,) = torch.autograd.grad(soft_dice_loss(logits, targets), logits)
    p = logits.detach().softmax(dim=1)
    t = torch.stack([(targets == c).double() for c in range(4)], dim=1)
    kept = (targets != 255).double()[:, None]
    overlap, size = (p * t).sum(dim=(0, 2, 3)), (p * kept).sum(dim=(0, 2, 3)) + t.sum(dim=(0, 2, 3))
    slope = torch.zeros_like(p)
    for c in range(3):
        slope[:, c] = -(2 * t[:, c] * size[c] - 2 * overlap[c]) / size[c] ** 2 / 3
    slope = slope * kept
    want = p * (slope - (p * slope).sum(dim=1, keepdim=True))
    assert (got - want).abs().max().item() <= 1e-12
    assert torch.equal(got[1, :, 0], torch.zeros_like(got[1, :, 0]))


@pytest.mark.parametrize("shape", [(2, 3, 2, 2), (0, 3, 2, 2)])
def test_nothing_to_learn_from_gives_zero(shape):
    logits = torch.ones(shape, requires_grad=True)
    loss = soft_dice_loss(logits, torch.full((shape[0], 2, 2), 255))
    assert loss.shape == ()
    assert loss.item() == 0.0
    (gradient,) = torch.autograd.grad(loss, logits)
    assert torch.equal(gradient, torch.zeros(shape))


def test_extreme_logits_stay_finite():
    logits = torch.tensor([[[[1e4, -1e4]], [[-1e4, 1e4]]]], requires_grad=True)
    assert soft_dice_loss(logits, torch.tensor([[[0, 1]]])).item() == pytest.approx(0.0, abs=1e-6)
    loss = soft_dice_loss(logits, torch.tensor([[[1, 0]]]))
    assert loss.item() == pytest.approx(1.0, rel=1e-6)
    (gradient,) = torch.autograd.grad(loss, logits)
    assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("dtype, height", [(torch.float16, 240), (torch.bfloat16, 20)])
def test_half_precision_is_summed_in_single(dtype, height):
    # In float16 the sums of the larger image overflow: class 1 has 43200 pixels and half as much probability.
    logits = torch.zeros(1, 2, height, 200, dtype=dtype)
    logits[0, 1, : height // 20] = -3.0
    targets = torch.zeros(1, height, 200, dtype=torch.int64)
    targets[0, : height * 9 // 10] = 1
    p = math.exp(-3) / (1 + math.exp(-3))
    n = height * 200
    mass = n * (0.05 * p + 0.95 * 0.5)
    one = 2 * n * (0.05 * p + 0.85 * 0.5) / (mass + 0.9 * n)
    zero = 2 * 0.1 * n * 0.5 / (n - mass + 0.1 * n)
    loss = soft_dice_loss(logits, targets)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(1 - (one + zero) / 2, rel=1e-4)


def test_single_precision_stays_single():
    assert soft_dice_loss(torch.zeros(1, 2, 1, 1), torch.zeros(1, 1, 1, dtype=torch.int64)).dtype == torch.float32


@pytest.mark.parametrize("wrong", [3, -1, 254])
def test_unknown_labels_are_refused(wrong):
    targets = torch.zeros(1, 2, 2, dtype=torch.int64)
    targets[0, 1, 1] = wrong
    with pytest.raises(ValueError):
        soft_dice_loss(torch.zeros(1, 3, 2, 2), targets)


@pytest.mark.parametrize(
    "logits_shape, targets_shape",
    [((1, 3, 2, 2), (1, 2, 3)), ((1, 3, 2, 2), (2, 2, 2)), ((3, 2, 2), (3, 2)), ((1, 3, 2, 2), (1, 1, 2, 2))],
)
def test_shapes_that_do_not_fit_are_refused(logits_shape, targets_shape):
    with pytest.raises(ValueError):
        soft_dice_loss(torch.zeros(logits_shape), torch.zeros(targets_shape, dtype=torch.int64))
