import copy
import math

import pytest
import torch
from solution import segment
from torch import nn


def network(seed=0, classes=3):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Conv2d(4, classes, 1)
    )
    model[1].running_mean += 0.3
    return model


def weights(size, new):
    """Matrix (new, size) of linear interpolation between the centres of cells."""
    matrix = torch.zeros(new, size, dtype=torch.float64)
    for i in range(new):
        place = min(max((i + 0.5) * size / new - 0.5, 0.0), size - 1.0)
        low = min(math.floor(place), size - 1)
        high = min(low + 1, size - 1)
        matrix[i, low] += 1 - (place - low)
        matrix[i, high] += place - low
    return matrix


def resized(images, height, width):
    return weights(images.shape[2], height) @ images @ weights(images.shape[3], width).T


def by_hand(model, images, scales):
    model = copy.deepcopy(model).double().eval()
    height, width = images.shape[2:]
    total = 0
    for scale in scales:
        small = resized(images.double(), math.floor(height * scale), math.floor(width * scale))
        mirror = list(range(small.shape[3] - 1, -1, -1))
        for order in (sorted(mirror), mirror):
            odds = model(small[:, :, :, order]).detach().exp()
            probabilities = (odds / odds.sum(1, keepdim=True))[:, :, :, order]
            total = total + resized(probabilities, height, width)
    return total / (2 * len(scales))


@pytest.mark.parametrize(
    ("shape", "scales"), [((1, 2, 4, 5), [1.0]), ((2, 2, 6, 5), [0.5, 1.0, 1.7]), ((3, 2, 3, 7), [2.0, 0.75])]
)
def test_matches_an_independent_resizing(shape, scales):
    model = network(len(scales))
    images = torch.randn(*shape, generator=torch.Generator().manual_seed(shape[0])) * 2
    before = images.clone()
    want = by_hand(model, images, scales)
    got = segment(model, images, scales)
    assert torch.equal(images, before)
    assert got.shape == (shape[0], 3, *shape[2:])
    assert (got.double() - want).abs().max().item() <= 1e-5


def test_evaluation_mode_and_no_traces():
    model = network().train()
    state = copy.deepcopy(model.state_dict())
    got = segment(model, torch.randn(2, 2, 4, 4), [1.0, 0.5])
    assert not got.requires_grad
    assert not any(module.training for module in model.modules())
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())


def test_mirroring_is_undone():
    # The model answers for each pixel by itself: the mirror image changes nothing.
    images = torch.randn(1, 3, 2, 5, generator=torch.Generator().manual_seed(1))
    got = segment(nn.Identity(), images, [1.0])
    assert (got - images.softmax(1)).abs().max().item() <= 1e-6


def test_a_model_that_looks_to_one_side():
    # Class 1 has the value of the pixel to the left.
    model = nn.Conv2d(1, 2, (1, 3), padding=(0, 1), bias=False)
    with torch.no_grad():
        model.weight.zero_()
        model.weight[1, 0, 0, 0] = 1.0
    got = segment(model, torch.tensor([[[[0.0, 0.0, math.log(3.0)]]]]), [1.0])
    # The mirror image looks to the right: pixel 1 sees log(3) there, which is 3/4.
    assert got[0, 1, 0].tolist() == pytest.approx([0.5, (0.5 + 0.75) / 2, 0.5], rel=1e-5)


def test_probabilities_are_resized():
    images = torch.zeros(1, 2, 2, 2)
    images[0, 0, 0, 0] = 8.0
    got = segment(nn.Identity(), images, [2.0])
    want = resized(resized(images.double(), 4, 4).softmax(1), 2, 2)
    assert (got.double() - want).abs().max().item() <= 1e-6
    assert got.sum(1).flatten().tolist() == pytest.approx([1.0] * 4)
