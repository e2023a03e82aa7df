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


def by_hand(model, image, tile, overlap):
    """Pixel by pixel in float64, from one model call per tile."""
    model.eval()
    channels, height, width = image.shape
    rows = [min(y, height - 1) for y in range(max(height, tile))]
    columns = [min(x, width - 1) for x in range(max(width, tile))]
    padded = image[:, rows][:, :, columns]
    predictions = {}
    with torch.no_grad():
        for y in cover(len(rows), tile, overlap):
            for x in cover(len(columns), tile, overlap):
                logits = model(padded[None, :, y : y + tile, x : x + tile])[0].double()
                exps = torch.exp(logits - logits.amax(dim=0))
                predictions[y, x] = (exps / exps.sum(dim=0)).permute(1, 2, 0).tolist()
    pixels = []
    for y in range(height):
        for x in range(width):
            weighted, weights = [], []
            for (top, left), p in predictions.items():
                i, j = y - top, x - left
                if 0 <= i < tile and 0 <= j < tile:
                    weights.append(min(i + 1, tile - i) * min(j + 1, tile - j))
                    weighted.append([weights[-1] * value for value in p[i][j]])
            pixels.append([sum(values) / sum(weights) for values in zip(*weighted, strict=True)])
    return torch.tensor(pixels, dtype=torch.float64).T.reshape(-1, height, width)


def network(seed, dropout=0.0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(2, 5, 3, padding=1), nn.BatchNorm2d(5), nn.Tanh(), nn.Dropout(dropout), nn.Conv2d(5, 3, 3, padding=1)
    )


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
        (11, 6, 6, 2, 4),
        (3, 9, 5, 2, 4),
        (2, 3, 5, 0, 1),
        (1, 1, 2, 1, 4),
        (2, 3, 1, 0, 4),
    ],
)
def test_matches_pixel_loops(height, width, tile, overlap, batch_size):
    model = network(height * width)
    model.train()
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
    model = network(1)
    image = picture(1, 2, 7, 11)
    want = by_hand(model, image, 4, 1)
    for batch_size in [(), (2,), (3,), (5,), (100,)]:
        assert (predict_tiled(model, image, 4, 1, *batch_size) - want).abs().max().item() <= 1e-5


def test_eval_mode():
    model = network(3, dropout=0.6)
    model.train()
    image = picture(3, 2, 5, 8)
    first, second = (predict_tiled(model, image, 5, 2) for _ in range(2))
    assert torch.equal(first, second)
    # Training mode would normalise with the tiles' own statistics.
    model[1].running_mean += 4.0
    model[1].running_var *= 9.0
    got = predict_tiled(model.train(), image, 5, 2)
    assert (got - by_hand(model, image, 5, 2)).abs().max().item() <= 1e-5


def test_a_pointwise_network_is_not_disturbed_by_tiling():
    torch.manual_seed(4)
    model = nn.Conv2d(3, 4, 1)
    image = picture(4, 3, 7, 11)
    want = model(image[None])[0].detach().double().softmax(dim=0)
    for tile, overlap in [(4, 1), (6, 5), (7, 0), (16, 8)]:
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


@pytest.mark.parametrize(
    ("shape", "tile", "overlap", "batch_size"),
    [
        ((4, 4), 2, 0, 1),
        ((1, 2, 4, 4), 2, 0, 1),
        ((2, 4, 4), 2, 2, 1),
        ((2, 4, 4), 2, -1, 1),
        ((2, 4, 4), 2, 1, 0),
        ((2, 4, 4), 2, 1, -1),
    ],
)
def test_errors(shape, tile, overlap, batch_size):
    with pytest.raises(ValueError):
        predict_tiled(nn.Conv2d(2, 3, 1), torch.zeros(shape), tile, overlap, batch_size)
