import pytest
import torch
from solution import giou_loss


def pair_loss(p, t):
    """1 - GIoU of two boxes in plain Python."""
    (px1, px2), (py1, py2) = sorted((p[0], p[2])), sorted((p[1], p[3]))
    (tx1, tx2), (ty1, ty2) = sorted((t[0], t[2])), sorted((t[1], t[3]))
    inter = max(0.0, min(px2, tx2) - max(px1, tx1)) * max(0.0, min(py2, ty2) - max(py1, ty1))
    union = (px2 - px1) * (py2 - py1) + (tx2 - tx1) * (ty2 - ty1) - inter
    hull = (max(px2, tx2) - min(px1, tx1)) * (max(py2, ty2) - min(py1, ty1))
    iou = inter / union if union else 0.0
    return 1 - iou + ((hull - union) / hull if hull else 0.0)


def by_hand(predicted, target, weights=None):
    weights = [1.0] * len(predicted) if weights is None else weights
    losses = [pair_loss(p, t) for p, t in zip(predicted.double().tolist(), target.double().tolist(), strict=True)]
    return sum(w * loss for w, loss in zip(weights, losses, strict=True)) / sum(weights)


def random_boxes(n, seed=0, scale=1.0):
    """Pairs that overlap more or less, corners in any order, around places of either sign."""
    generator = torch.Generator().manual_seed(seed)
    target = torch.randn(n, 4, generator=generator, dtype=torch.float64)
    predicted = target + 0.5 * torch.randn(n, 4, generator=generator, dtype=torch.float64)
    return predicted * scale, target * scale


@pytest.mark.parametrize("n", [1, 2, 17])
@pytest.mark.parametrize("weighted", [False, True])
def test_matches_plain_python(n, weighted):
    predicted, target = random_boxes(n, seed=n)
    weights = [0.5 * (i % 4) + (n == 1) for i in range(n)] if weighted else None
    loss = giou_loss(predicted, target, torch.tensor(weights, dtype=torch.float64) if weighted else None)
    assert loss.shape == ()
    assert loss.dtype == torch.float64
    assert loss.item() == pytest.approx(by_hand(predicted, target, weights), rel=1e-10)


@pytest.mark.parametrize(
    "p, t, want",
    [
        ([0, 0, 2, 2], [0, 0, 2, 2], 0.0),
        ([0, 0, 2, 2], [1, 1, 3, 3], 1 - 1 / 7 + 2 / 9),
        ([2, 0, 0, 2], [3, 3, 1, 1], 1 - 1 / 7 + 2 / 9),
        ([0, 0, 1, 1], [2, 0, 3, 1], 1 + 1 / 3),
        ([0, 0, 1, 1], [1, 0, 2, 1], 1.0),
        ([0, 0, 4, 4], [1, 1, 2, 3], 1 - 2 / 16),
        ([1, 1, 1, 1], [1, 1, 1, 1], 1.0),
        ([0, 0, 0, 3], [0, 1, 0, 2], 1.0),
        ([0, 0, 0, 3], [2, 0, 2, 3], 2.0),
        ([1, 1, 1, 1], [0, 0, 2, 2], 1.0),
    ],
)
def test_small_cases(p, t, want):
    predicted = torch.tensor([p], dtype=torch.float32, requires_grad=True)
    loss = giou_loss(predicted, torch.tensor([t], dtype=torch.float32))
    assert loss.item() == pytest.approx(want, rel=1e-5, abs=1e-6)
    (gradient,) = torch.autograd.grad(loss, predicted)
    assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_units_do_not_matter(scale):
    predicted, target = random_boxes(20, seed=3)
    loss = giou_loss((predicted * scale).float(), (target * scale).float(), torch.ones(20, dtype=torch.float64))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(by_hand(predicted, target), rel=1e-4)


def test_gradient_matches_finite_differences():
    predicted, target = random_boxes(6, seed=9)
    weights = [1.0, 0.0, 2.0, 0.5, 3.0, 1.5]
    predicted.requires_grad_()
    (gradient,) = torch.autograd.grad(giou_loss(predicted, target, torch.tensor(weights)), predicted)
    step = 1e-6
    for i in range(6):
        for j in range(4):
            bumped, lowered = predicted.detach().clone(), predicted.detach().clone()
            bumped[i, j] += step
            lowered[i, j] -= step
            slope = (by_hand(bumped, target, weights) - by_hand(lowered, target, weights)) / (2 * step)
            assert gradient[i, j].item() == pytest.approx(slope, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    predicted = torch.tensor([[0, 0, 1024, 768], [16, 8, 528, 1032]], dtype=dtype)
    target = torch.tensor([[256, 0, 1280, 768], [0, 0, 512, 1024]], dtype=dtype)
    loss = giou_loss(predicted, target)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(by_hand(predicted, target), rel=1e-4)


@pytest.mark.parametrize("n, weights", [(0, None), (0, []), (3, [0.0, 0.0, 0.0])])
def test_nothing_to_average_gives_zero(n, weights):
    predicted, target = random_boxes(n, seed=2)
    predicted.requires_grad_()
    loss = giou_loss(predicted, target, None if weights is None else torch.tensor(weights))
    assert loss.shape == ()
    assert loss.item() == 0.0
    (gradient,) = torch.autograd.grad(loss, predicted)
    assert torch.equal(gradient, torch.zeros(n, 4, dtype=torch.float64))


def test_inputs_are_not_changed():
    predicted, target = random_boxes(4)
    copies = predicted.clone(), target.clone()
    giou_loss(predicted, target)
    assert torch.equal(predicted, copies[0])
    assert torch.equal(target, copies[1])


@pytest.mark.parametrize(
    "predicted, target, weights",
    [
        ((2, 4), (1, 4), None),
        ((1, 4), (2, 4), None),
        ((2, 5), (2, 5), None),
        ((2, 5), (2, 4), None),
        ((4,), (4,), None),
        ((2, 4), (2, 5), None),
        ((2, 4), (2, 4), (1,)),
        ((2, 4), (2, 4), (2, 1)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(predicted, target, weights):
    with pytest.raises(ValueError):
        giou_loss(torch.rand(predicted), torch.rand(target), None if weights is None else torch.rand(weights))
