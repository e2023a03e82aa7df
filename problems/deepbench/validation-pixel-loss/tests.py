import math

import pytest
import torch
from solution import pixel_loss


def by_hand(batches, ignore_index):
    losses = []
    for logits, targets in batches:
        pixels = logits.double().movedim(1, -1).reshape(-1, logits.shape[1]).tolist()
        for scores, target in zip(pixels, targets.flatten().tolist(), strict=True):
            if target != ignore_index:
                top = max(scores)
                losses.append(top + math.log(sum(math.exp(s - top) for s in scores)) - scores[target])
    return math.fsum(losses) / len(losses)


def batch(seed, shape, n_classes, unlabelled, ignore_index):
    generator = torch.Generator().manual_seed(seed)
    n, h, w = shape
    targets = torch.randint(0, n_classes, shape, generator=generator)
    targets[torch.rand(shape, generator=generator) < unlabelled] = ignore_index
    return torch.randn(n, n_classes, h, w, generator=generator) * 3, targets


@pytest.mark.parametrize("ignore_index", [255, -100, 1])
def test_every_labelled_pixel_weighs_the_same(ignore_index):
    batches = [
        batch(1, (2, 4, 5), 3, 0.1, ignore_index),
        batch(2, (2, 4, 5), 3, 0.9, ignore_index),
        batch(3, (1, 2, 3), 3, 0.3, ignore_index),
    ]
    before = [(a.clone(), b.clone()) for a, b in batches]
    got = pixel_loss(batches, ignore_index)
    assert all(torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(batches, before, strict=True))
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(batches, ignore_index), rel=1e-5)


def test_by_hand():
    # Losses: log 2, log 4 (of two classes with logits 0 and log 3), and one pixel without a label.
    logits = torch.tensor([[[[0.0, 0.0, 0.0]], [[0.0, math.log(3), 7.0]]]])
    got = pixel_loss([(logits[..., :1], torch.tensor([[[1]]])), (logits[..., 1:], torch.tensor([[[0, 255]]]))])
    assert got == pytest.approx((math.log(2) + math.log(4)) / 2, rel=1e-5)


def test_a_batch_without_labels_changes_nothing():
    labelled = batch(4, (1, 3, 3), 4, 0.0, 255)
    empty = batch(5, (1, 3, 3), 4, 1.1, 255)
    assert pixel_loss([empty, labelled, empty]) == pytest.approx(by_hand([labelled], 255), rel=1e-5)


def test_one_labelled_pixel():
    logits = torch.zeros(1, 5, 2, 2)
    targets = torch.full((1, 2, 2), 255)
    targets[0, 1, 0] = 3
    assert pixel_loss([(logits, targets)]) == pytest.approx(math.log(5), rel=1e-5)


def test_nothing_labelled():
    assert math.isnan(pixel_loss([batch(6, (1, 2, 2), 3, 1.1, 255)]))
    assert math.isnan(pixel_loss([]))


def test_large_logits():
    logits = torch.tensor([[[[1e4]], [[-1e4]]]])
    assert pixel_loss([(logits, torch.tensor([[[1]]]))]) == pytest.approx(2e4)
