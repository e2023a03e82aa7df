import math

import pytest
import torch
from solution import train_epoch
from torch import nn

CLASSES = 3


def make_model(seed=0, stride=1):
    """One convolution without overlap, and batch normalisation."""
    model = nn.Sequential(nn.Conv2d(3, CLASSES, stride, stride), nn.BatchNorm2d(CLASSES)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point() and "running" not in name:
                value.copy_(torch.randn(value.shape, generator=generator, dtype=torch.float64))
    return model


def make_batches(shapes, seed=0, ignore_index=255, ignored=0.4):
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for n, height, width in shapes:
        images = torch.randn(n, 3, height, width, generator=generator, dtype=torch.float64)
        targets = torch.randint(0, CLASSES, (n, height, width), generator=generator)
        targets[torch.rand(targets.shape, generator=generator) < ignored] = ignore_index
        batches.append((images, targets))
    return batches


def stretch(size, new_size):
    """Matrix of bilinear interpolation along one axis, half-pixel centres."""
    matrix = torch.zeros(new_size, size, dtype=torch.float64)
    for target in range(new_size):
        place = min(max((target + 0.5) * size / new_size - 0.5, 0.0), size - 1.0)
        low = int(place)
        matrix[target, low] += 1 - (place - low)
        matrix[target, min(low + 1, size - 1)] += place - low
    return matrix


def simulated(model, batches, base_lr, power, first_step, total_steps, ignore_index=255):
    """The epoch from the state dict: final state, mean loss, accuracy, learning rates."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    names = [name for name, _ in model.named_parameters()]
    mean, var = state["1.running_mean"], state["1.running_var"]
    losses, hits, lrs = [], [], []
    for k, (images, targets) in enumerate(batches):
        done = (first_step + k) / total_steps
        lrs.append(base_lr * (1 - done) ** power if done < 1 else 0.0)
        labelled = targets != ignore_index
        if not labelled.any():
            continue
        leaves = {name: state[name].clone().requires_grad_() for name in names}
        stride = leaves["0.weight"].shape[-1]
        patches = images.unfold(2, stride, stride).unfold(3, stride, stride)
        h = torch.einsum("nchwij,ocij->nohw", patches, leaves["0.weight"]) + leaves["0.bias"][:, None, None]
        m, v, n = h.mean(dim=(0, 2, 3)), h.var(dim=(0, 2, 3), correction=0), h.numel() // CLASSES
        mean, var = 0.9 * mean + 0.1 * m.detach(), 0.9 * var + 0.1 * v.detach() * n / (n - 1)
        h = (h - m[:, None, None]) / torch.sqrt(v[:, None, None] + 1e-5)
        h = h * leaves["1.weight"][:, None, None] + leaves["1.bias"][:, None, None]
        rows, columns = stretch(h.shape[2], images.shape[2]), stretch(h.shape[3], images.shape[3])
        logits = torch.einsum("yh,nchw,xw->nyxc", rows, h, columns)
        pixels, labels = logits[labelled], targets[labelled]
        part = torch.log(torch.exp(pixels).sum(dim=1)) - pixels[torch.arange(len(labels)), labels]
        gradients = torch.autograd.grad(part.sum() / len(labels), list(leaves.values()))
        for name, gradient in zip(names, gradients, strict=True):
            state[name] = state[name] - lrs[-1] * gradient
        losses += part.tolist()
        hits += (pixels.argmax(dim=1) == labels).tolist()
    state |= {"1.running_mean": mean, "1.running_var": var}
    n = max(len(losses), 1)
    return state, math.fsum(losses) / n, sum(hits) / n, lrs


def check(got, want):
    model, loss, accuracy, lrs = got
    state, want_loss, want_accuracy, want_lrs = want
    assert model.training
    assert isinstance(loss, float)
    assert isinstance(accuracy, float)
    assert loss == pytest.approx(want_loss, rel=1e-8)
    assert accuracy == pytest.approx(want_accuracy, rel=1e-9)
    assert lrs == pytest.approx(want_lrs, rel=1e-9, abs=1e-15)
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            assert (value - state[name]).abs().max().item() <= 1e-9


@pytest.mark.parametrize("stride, power, first_step, total_steps", [(1, 0.9, 0, 10), (2, 2.0, 3, 5)])
def test_matches_a_simulation_and_leaves_the_model_given(stride, power, first_step, total_steps):
    model = make_model(1, stride).eval()
    given = {name: value.clone() for name, value in model.state_dict().items()}
    batches = make_batches([(2, 4, 6), (1, 6, 4), (3, 2, 4)], seed=stride)
    args = (0.3, power, first_step, total_steps)
    check(train_epoch(model, batches, *args), simulated(model, batches, *args))
    assert not model.training
    assert all(torch.equal(value, given[name]) for name, value in model.state_dict().items())


def test_another_ignore_index():
    model, batches = make_model(2), make_batches([(2, 3, 3)], seed=3, ignore_index=0)
    args = (0.2, 0.9, 0, 5, 0)
    check(train_epoch(model, batches, *args), simulated(model, batches, *args))


def test_batch_without_labelled_pixels_is_passed_over():
    model, batches = make_model(3), make_batches([(2, 2, 4), (2, 4, 4), (1, 4, 2)], seed=4)
    batches[1][1].fill_(255)
    args = (0.4, 1.5, 2, 8)
    got = train_epoch(model, batches, *args)
    check(got, simulated(model, batches, *args))
    assert len(got[3]) == 3
    assert got[0].state_dict()["1.num_batches_tracked"].item() == 2


def test_a_single_labelled_pixel():
    model, batches = make_model(4), make_batches([(1, 3, 3)], seed=5, ignore_index=-100, ignored=1.1)
    batches[0][1][0, 1, 2] = 2
    args = (0.1, 0.9, 0, 4, -100)
    check(train_epoch(model, batches, *args), simulated(model, batches, *args))


@pytest.mark.parametrize("shapes", [[], [(2, 2, 2)]])
def test_nothing_to_learn_from(shapes):
    model = make_model(5).eval()
    got, loss, accuracy, lrs = train_epoch(model, make_batches(shapes, ignored=1.1), 0.1, 1.0, 1, 4)
    assert (loss, accuracy) == (0.0, 0.0)
    assert lrs == pytest.approx([0.075] * len(shapes))
    assert got.training
    assert all(torch.equal(value, got.state_dict()[name]) for name, value in model.state_dict().items())


def test_epochs_in_a_row_learn():
    model = make_model(7)
    images = torch.randn(2, 3, 3, 4, generator=torch.Generator().manual_seed(12), dtype=torch.float64)
    batches = [(images[:1], images[:1].argmax(dim=1)), (images[1:], images[1:].argmax(dim=1))]
    losses = []
    for epoch in range(2):
        model, loss, accuracy, _ = train_epoch(model, batches * 2, 6.0, 0.9, 4 * epoch, 8)
        losses.append(loss)
    assert losses[-1] < 0.5 * losses[0]
    assert accuracy >= 0.9
