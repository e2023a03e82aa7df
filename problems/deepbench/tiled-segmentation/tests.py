import numpy as np
import pytest
import torch
from solution import predict_tiled
from torch import nn


def cover(length, tile, overlap):
    starts, at = [], 0
    while at + tile <= length:
        starts.append(at)
        at += tile - overlap
    if max(s + tile for s in starts) != length:
        starts.append(length - tile)
    return starts


def axis(length, tile, overlap):
    """Starts of the tiles along an axis, and the weight of each tile's pixel i at the place y, [start, y, i]."""
    starts = cover(length, tile, overlap)
    weights = np.zeros((len(starts), length, tile))
    for k, start in enumerate(starts):
        for i in range(tile):
            weights[k, start + i, i] = min(i + 1, tile - i)
    return starts, weights


def by_hand(model, image, tile, overlap):
    """In float64, as sums over all tiles and their pixels at once."""
    model.eval()
    channels, height, width = image.shape
    rows = [min(y, height - 1) for y in range(max(height, tile))]
    columns = [min(x, width - 1) for x in range(max(width, tile))]
    padded = image[:, rows][:, :, columns]
    (tops, down), (lefts, across) = axis(len(rows), tile, overlap), axis(len(columns), tile, overlap)
    tiles = [padded[:, y : y + tile, x : x + tile] for y in tops for x in lefts]
    with torch.no_grad():
        logits = model(torch.stack(tiles)).double().numpy()
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = (exps / exps.sum(axis=1, keepdims=True)).reshape(len(tops), len(lefts), -1, tile, tile)
    weighted = np.einsum("ryi,cxj,rckij->kyx", down, across, p)
    total = down.sum(axis=(0, 2))[:, None] * across.sum(axis=(0, 2))
    return torch.from_numpy(weighted / total)[:, :height, :width]


def network(seed, dropout=0.0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(2, 5, 3, padding=1), nn.BatchNorm2d(5), nn.Tanh(), nn.Dropout(dropout), nn.Conv2d(5, 3, 3, padding=1)
    )


NETWORK = network(1)


def picture(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 3


@pytest.mark.parametrize(
    ("height", "width", "tile", "overlap", "batch_size"),
    [
        (6, 6, 6, 3, 4),
        (8, 12, 4, 0, 4),
        (5, 9, 4, 2, 1),
        (10, 7, 4, 1, 4),
        (6, 7, 5, 4, 1),
        (3, 9, 5, 2, 4),
        (2, 3, 5, 0, 1),
        (1, 1, 2, 1, 4),
        (2, 3, 1, 0, 4),
    ],
)
def test_matches_a_float64_computation(height, width, tile, overlap, batch_size):
    model = NETWORK.train()
    image = picture(tile, 2, height, width)
    before = image.clone()
    got = predict_tiled(model, image, tile, overlap, batch_size)
    assert torch.equal(image, before)
    want = by_hand(model, image, tile, overlap)
    assert got.dtype == torch.float32
    assert not got.requires_grad
    assert tuple(got.shape) == (3, height, width)
    assert (got - want).abs().max().item() <= 1e-5
    assert (got.sum(dim=0) - 1).abs().max().item() <= 1e-5


def test_batch_size_makes_no_difference():
    image = picture(1, 2, 7, 11)
    want = by_hand(NETWORK, image, 4, 1)
    for batch_size in [(), (3,), (100,)]:
        assert (predict_tiled(NETWORK, image, 4, 1, *batch_size) - want).abs().max().item() <= 1e-5


def test_eval_mode():
    # Training mode would drop, and normalise with the tiles' own statistics.
    model = network(3, dropout=0.6)
    model[1].running_mean += 4.0
    model[1].running_var *= 9.0
    image = picture(3, 2, 5, 8)
    got = predict_tiled(model.train(), image, 5, 2)
    assert (got - by_hand(model, image, 5, 2)).abs().max().item() <= 1e-5


def test_a_pointwise_network_is_not_disturbed_by_tiling():
    torch.manual_seed(4)
    model = nn.Conv2d(3, 4, 1)
    image = picture(4, 3, 7, 11)
    want = model(image[None])[0].detach().double().softmax(dim=0)
    for tile, overlap in [(4, 1), (7, 0), (16, 8)]:
        assert (predict_tiled(model, image, tile, overlap) - want).abs().max().item() <= 1e-5


def test_probabilities_are_averaged_not_logits():
    # The bias depends on the place in the tile only through padding: huge logits at a tile's border.
    model = nn.Conv2d(1, 2, 3, padding=1)
    with torch.no_grad():
        model.weight.zero_()
        model.weight[0, 0, 1, 0] = 500.0
        model.bias.copy_(torch.tensor([0.0, 250.0]))
    image = torch.ones(1, 1, 6)
    got = predict_tiled(model, image, 4, 2)
    # Tiles start at 0 and 2; class 1 wins in a tile's first column only. There the second tile weighs 1 of 3.
    assert got[1, 0].tolist() == pytest.approx([1.0, 0.0, 1 / 3, 0.0, 0.0, 0.0], abs=1e-6)


def test_errors():
    model = nn.Conv2d(2, 3, 1)
    for shape, tile, overlap, batch_size in [
        ((4, 4), 2, 0, 1),
        ((1, 2, 4, 4), 2, 0, 1),
        ((2, 4, 4), 2, 2, 1),
        ((2, 4, 4), 2, -1, 1),
        ((2, 4, 4), 2, 1, 0),
        ((2, 4, 4), 2, 1, -1),
    ]:
        with pytest.raises(ValueError):
            predict_tiled(model, torch.zeros(shape), tile, overlap, batch_size)
