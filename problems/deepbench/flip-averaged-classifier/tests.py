import copy

import pytest
import torch
from solution import predict_with_flip
from torch import nn


def network(seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(24, 3)
    )
    model[1].running_mean += 0.2
    return model


def by_hand(model, images):
    model = copy.deepcopy(model).eval().double()
    rows = []
    for image in images.double():
        mirrored = torch.stack([image[:, :, w] for w in reversed(range(image.shape[2]))], dim=2)
        logits = torch.cat([model(image[None]), model(mirrored[None])]).detach()
        weights = logits.exp()
        rows.append((weights / weights.sum(1, keepdim=True)).mean(0))
    return torch.stack(rows)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_matches_one_image_at_a_time(n):
    model = network(n)
    images = torch.randn(n, 2, 4, 5, generator=torch.Generator().manual_seed(n))
    before = images.clone()
    want = by_hand(model, images)
    got = predict_with_flip(model, images)
    assert torch.equal(images, before)
    assert got.shape == (n, 3)
    assert (got.double() - want).abs().max().item() <= 1e-5


def test_evaluation_mode_and_no_traces():
    model = network().train()
    state = copy.deepcopy(model.state_dict())
    got = predict_with_flip(model, torch.randn(4, 2, 4, 5))
    assert not got.requires_grad
    assert [module.training for module in model.modules()] == [False] * 7
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())


def test_by_hand():
    # The two logits are the two pixels: the mirror image swaps them.
    got = predict_with_flip(nn.Flatten(), torch.tensor([[[[0.0, 3.0]]], [[[1.0, 1.0]]]]))
    assert got.tolist() == [pytest.approx([0.5, 0.5])] * 2


def test_rows_are_not_mirrored():
    images = torch.tensor([[[[2.0], [0.0]]]])
    got = predict_with_flip(nn.Flatten(), images)
    assert got[0].tolist() == pytest.approx(images.flatten().softmax(0).tolist(), rel=1e-5)


def test_probabilities_are_averaged():
    got = predict_with_flip(nn.Flatten(), torch.tensor([[[[4.0, 1.0, 0.0]]]]))
    first, second = (torch.tensor(v, dtype=torch.float64).softmax(0) for v in ([4.0, 1.0, 0.0], [0.0, 1.0, 4.0]))
    assert got[0].tolist() == pytest.approx(((first + second) / 2).tolist(), rel=1e-5)
