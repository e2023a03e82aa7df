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


@pytest.mark.parametrize("n, weighted", [(1, False), (9, False), (17, True)])
def test_matches_plain_python(n, weighted):
    predicted, target = random_boxes(n, seed=n)
    weights = [0.5 * (i % 4) for i in range(n)] if weighted else None
    loss = giou_loss(predicted, target, torch.tensor(weights, dtype=torch.float64) if weighted else None)
    assert loss.shape == ()
    assert loss.dtype == torch.float64
    assert loss.item() == pytest.approx(by_hand(predicted, target, weights), rel=1e-10)


SMALL = [
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
]


@pytest.mark.parametrize("cases", [SMALL[:1], SMALL[6:7], SMALL])
def test_small_cases(cases):
    # Every pair has a weight of its own, so that errors don't make up for each other.
    predicted, target = (torch.tensor([case[k] for case in cases], dtype=torch.float32) for k in (0, 1))
    predicted.requires_grad_()
    weights = [10.0 + k for k in range(len(cases))]
    loss = giou_loss(predicted, target, torch.tensor(weights))
    want = sum(w * case[2] for w, case in zip(weights, cases, strict=True)) / sum(weights)
    assert loss.item() == pytest.approx(want, rel=2e-6, abs=1e-6)
    (gradient,) = torch.autograd.grad(loss, predicted)
    assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_units_do_not_matter(scale):
    predicted, target = random_boxes(10, seed=3)
    loss = giou_loss((predicted * scale).float(), (target * scale).float(), torch.ones(10, dtype=torch.float64))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(by_hand(predicted, target), rel=1e-4)


def test_gradient_matches_finite_differences():
    predicted, target = random_boxes(6, seed=9)
    weights = [1.0, 0.0, 2.0, 0.5, 3.0, 1.5]
    predicted.requires_grad_()
    (gradient,) = torch.autograd.grad(giou_loss(predicted, target, torch.tensor(weights)), predicted)
    step, pairs = 1e-6, list(zip(predicted.tolist(), target.tolist(), strict=True))
    for i, (p, t) in enumerate(pairs):
        for j in range(4):
            bumped, lowered = ([v + side * step * (k == j) for k, v in enumerate(p)] for side in (1, -1))
            slope = weights[i] / sum(weights) * (pair_loss(bumped, t) - pair_loss(lowered, t)) / (2 * step)
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


def test_shapes_that_do_not_fit_are_refused():
    for predicted, target, weights in [
        ((2, 4), (1, 4), None),
        ((1, 4), (2, 4), None),
        ((2, 5), (2, 5), None),
        ((2, 5), (2, 4), None),
        ((4,), (4,), None),
        ((2, 4), (2, 5), None),
        ((2, 4), (2, 4), (1,)),
        ((2, 4), (2, 4), (2, 1)),
    ]:
        with pytest.raises(ValueError):
            giou_loss(torch.rand(predicted), torch.rand(target), None if weights is None else torch.rand(weights))
