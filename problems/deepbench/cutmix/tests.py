import math

import pytest
import torch
from solution import cutmix, soft_cross_entropy


def by_hand(images, labels, partner, num_classes, share, center):
    """Mixed images and distributions, pixel by pixel."""
    n, _, height, width = images.shape
    h, w = int(height * math.sqrt(1 - share)), int(width * math.sqrt(1 - share))
    top, left = center[0] - h // 2, center[1] - w // 2
    classes, partners = labels.tolist(), partner.tolist()
    mixed, distributions = images.clone(), [[0.0] * num_classes for _ in range(n)]
    for y in range(height):
        for x in range(width):
            swapped = top <= y < top + h and left <= x < left + w
            if swapped:
                mixed[:, :, y, x] = images[partner, :, y, x]
            for i in range(n):
                distributions[i][classes[partners[i] if swapped else i]] += 1 / (height * width)
    return mixed, torch.tensor(distributions, dtype=torch.float64)


def batch(n=4, height=6, width=8, num_classes=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(n, 2, height, width, generator=generator)
    labels = torch.randint(0, num_classes, (n,), generator=generator)
    return images, labels, torch.randint(0, n, (n,), generator=generator)


@pytest.mark.parametrize(
    "share, center",
    [
        (0.0, (3, 4)),
        (0.0, (0, 0)),
        (0.1, (5, 7)),
        (0.1, (2, 7)),
        (0.5, (3, 4)),
        (0.5, (0, 0)),
        (0.5, (5, 1)),
        (0.75, (3, 4)),
        (0.75, (2, 7)),
        (0.75, (5, 1)),
        (0.98, (5, 7)),
        (1.0, (3, 4)),
    ],
)
def test_matches_a_pixel_by_pixel_computation(share, center):
    images, labels, partner = batch(seed=int(share * 100))
    mixed, distributions = cutmix(images, labels, partner, 3, share, center)
    want_mixed, want_distributions = by_hand(images, labels, partner, 3, share, center)
    assert torch.equal(mixed, want_mixed)
    assert distributions.dtype == torch.float32
    assert distributions.shape == (4, 3)
    assert (distributions.double() - want_distributions).abs().max().item() <= 1e-6


@pytest.mark.parametrize("height, width", [(1, 1), (5, 5), (3, 11)])
def test_other_sizes(height, width):
    images, labels, partner = batch(5, height, width, 4, seed=3)
    args = (images, labels, partner, 4, 0.3, (height // 2, width // 2))
    mixed, distributions = cutmix(*args)
    want_mixed, want_distributions = by_hand(*args)
    assert torch.equal(mixed, want_mixed)
    assert (distributions.double() - want_distributions).abs().max().item() <= 1e-6


def test_small_case():
    images = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    mixed, distributions = cutmix(images, torch.tensor([0, 1]), torch.tensor([1, 0]), 3, 0.75, (0, 2))
    # The box is 2 x 2 and begins in row -1 and column 1: only two of its pixels are inside.
    assert mixed[0, 0].tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert distributions.tolist() == [[0.875, 0.125, 0.0], [0.125, 0.875, 0.0]]


def test_the_batch_given_is_not_changed():
    images, labels, partner = batch(seed=5)
    copy = images.clone()
    mixed, _ = cutmix(images, labels, partner, 3, 0.4, (3, 3))
    assert torch.equal(images, copy)
    mixed.fill_(0.0)
    assert torch.equal(images, copy)


def test_integer_images_keep_their_dtype():
    images, labels, partner = batch(seed=6)
    images = (images * 50 + 128).to(torch.uint8)
    mixed, _ = cutmix(images, labels, partner, 3, 0.5, (2, 5))
    assert mixed.dtype == torch.uint8
    assert torch.equal(mixed, by_hand(images, labels, partner, 3, 0.5, (2, 5))[0])


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_impossible_shares_are_refused(share):
    with pytest.raises(ValueError):
        cutmix(*batch(), 3, share, (2, 2))


@pytest.mark.parametrize("n, n_classes", [(1, 2), (6, 5)])
def test_loss_matches_the_formula(n, n_classes):
    generator = torch.Generator().manual_seed(n)
    logits = 3 * torch.randn(n, n_classes, generator=generator)
    distributions = torch.rand(n, n_classes, generator=generator).softmax(dim=1)
    total = 0.0
    for row, weights in zip(logits.double().tolist(), distributions.double().tolist(), strict=True):
        log_sum = math.log(sum(math.exp(v) for v in row))
        total += sum(weight * (log_sum - v) for v, weight in zip(row, weights, strict=True))
    loss = soft_cross_entropy(logits, distributions)
    assert loss.shape == ()
    assert loss.item() == pytest.approx(total / n, rel=1e-5)


def test_loss_of_extreme_logits():
    logits = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss = soft_cross_entropy(logits, torch.tensor([[0.5, 0.25, 0.25]]))
    assert loss.item() == pytest.approx(0.25 * 2e4 + 0.25 * 1e4, rel=1e-5)
    (gradient,) = torch.autograd.grad(loss, logits)
    assert gradient[0].tolist() == pytest.approx([0.5, -0.25, -0.25], abs=1e-6)


@pytest.mark.parametrize("shape", [(2, 1), (1, 3), (3,), (2, 4), (2,)])
def test_loss_refuses_shapes_that_differ(shape):
    with pytest.raises(ValueError):
        soft_cross_entropy(torch.zeros(2, 3), torch.full(shape, 0.5))


def test_mixed_labels_go_into_the_loss():
    images, labels, partner = batch(seed=9)
    _, distributions = cutmix(images, labels, partner, 3, 0.5, (3, 4))
    loss = soft_cross_entropy(torch.zeros(4, 3), distributions)
    assert loss.item() == pytest.approx(math.log(3), rel=1e-5)
