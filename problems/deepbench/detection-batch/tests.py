import pytest
import torch
from solution import collate, part


def sample(seed, height, width, n):
    generator = torch.Generator().manual_seed(seed)
    image = torch.rand(3, height, width, generator=generator)
    return image, torch.rand(n, 4, generator=generator) * 9, torch.randint(0, 80, (n,), generator=generator)


@pytest.mark.parametrize(
    ("sizes", "stride", "shape"),
    [
        ([(5, 7)], 4, (8, 8)),
        ([(8, 3), (2, 12), (4, 4)], 4, (8, 12)),
        ([(3, 5), (6, 2)], 1, (6, 5)),
        ([(9, 1), (1, 17)], 8, (16, 24)),
    ],
)
def test_images_are_padded(sizes, stride, shape):
    samples = [sample(i, h, w, i) for i, (h, w) in enumerate(sizes)]
    got = collate(samples, stride, 0.25)
    assert got["images"].shape == (len(sizes), 3, *shape)
    assert got["images"].dtype == torch.float32
    assert got["padding"].shape == (len(sizes), *shape)
    assert got["padding"].dtype == torch.bool
    images, padding = got["images"].tolist(), got["padding"].tolist()
    for i, (h, w) in enumerate(sizes):
        pixels = samples[i][0].tolist()
        for y in range(shape[0]):
            for x in range(shape[1]):
                inside = y < h and x < w
                assert padding[i][y][x] == (not inside)
                for c in range(3):
                    assert images[i][c][y][x] == (pixels[c][y][x] if inside else 0.25)


def test_targets_are_joined_and_parted():
    samples = [sample(1, 4, 4, 2), sample(2, 4, 4, 0), sample(3, 4, 4, 3), sample(4, 4, 4, 0)]
    targets = collate(samples)["targets"]
    assert targets.dtype == torch.float32
    want = [
        [i, label, *box]
        for i, (_, boxes, labels) in enumerate(samples)
        for box, label in zip(boxes.tolist(), labels.tolist(), strict=True)
    ]
    assert targets.tolist() == want
    parted = part(targets, 4)
    assert len(parted) == 4
    for (boxes, labels), (_, own_boxes, own_labels) in zip(parted, samples, strict=True):
        assert torch.equal(boxes, own_boxes)
        assert torch.equal(labels, own_labels)
        assert labels.dtype == torch.int64


def test_rows_in_any_order():
    rows = [[2.0, 5, 0, 0, 1, 1], [0.0, 7, 1, 2, 3, 4], [2.0, 4, 0, 0, 2, 2], [0.0, 6, 5, 6, 7, 8]]
    got = part(torch.tensor(rows), 3)
    assert [labels.tolist() for _, labels in got] == [[7, 6], [], [5, 4]]
    assert got[0][0].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert got[1][0].shape == (0, 4)


def test_defaults():
    got = collate([sample(1, 32, 33, 1)])
    assert got["images"].shape == (1, 3, 32, 64)
    assert got["images"][0, 0, 0, 40].item() == 0.5


def test_a_batch_without_boxes():
    got = collate([sample(1, 2, 2, 0), sample(2, 2, 2, 0)], 2)
    assert got["targets"].shape == (0, 6)
    assert not got["padding"].any()
    assert [boxes.shape for boxes, _ in part(got["targets"], 2)] == [(0, 4), (0, 4)]
