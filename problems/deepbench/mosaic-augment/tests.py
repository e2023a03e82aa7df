import numpy as np
import pytest
from solution import mosaic


def sample(rng, height, width, n):
    image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    corners = np.sort(rng.random((n, 2, 2)), axis=1) * [width, height]
    return image, corners.reshape(n, 4), rng.integers(0, 9, n)


def mosaic_by_hand(samples, size, center, fill, min_side):
    canvas = [[[fill] * 3 for _ in range(size)] for _ in range(size)]
    boxes, labels = [], []
    for i, (image, own, names) in enumerate(samples):
        height, width = image.shape[:2]
        x0 = center[0] - width if i in (0, 2) else center[0]
        y0 = center[1] - height if i in (0, 1) else center[1]
        pixels = image.tolist()
        for y in range(height):
            for x in range(width):
                if 0 <= y + y0 < size and 0 <= x + x0 < size:
                    canvas[y + y0][x + x0] = pixels[y][x]
        for (x1, y1, x2, y2), name in zip(own.tolist(), names.tolist(), strict=True):
            xs = [min(max(x + x0, 0), size) for x in (x1, x2)]
            ys = [min(max(y + y0, 0), size) for y in (y1, y2)]
            if xs[1] - xs[0] >= min_side and ys[1] - ys[0] >= min_side:
                boxes.append([xs[0], ys[0], xs[1], ys[1]])
                labels.append(name)
    return canvas, boxes, labels


@pytest.mark.parametrize(
    ("size", "center", "longest", "min_side"),
    [(12, (6, 6), 12, 2.0), (16, (5, 11), 20, 1.0), (10, (0, 10), 9, 0.5), (20, (13, 4), 8, 3.0), (6, (6, 0), 9, 1.5)],
)
def test_matches_plain_loops(size, center, longest, min_side):
    rng = np.random.default_rng(size)
    samples = [sample(rng, *rng.integers(1, longest, 2), 6) for _ in range(4)]
    copies = [tuple(array.copy() for array in one) for one in samples]
    canvas, boxes, labels = mosaic(samples, size, center, 9, min_side)
    for one, copy in zip(samples, copies, strict=True):
        for a, b in zip(one, copy, strict=True):
            np.testing.assert_array_equal(a, b)
    want_canvas, want_boxes, want_labels = mosaic_by_hand(samples, size, center, 9, min_side)
    assert (canvas.dtype, boxes.dtype, labels.dtype) == (np.uint8, np.float64, np.int64)
    assert canvas.tolist() == want_canvas
    assert labels.tolist() == want_labels
    assert boxes.shape == (len(want_labels), 4)
    np.testing.assert_allclose(boxes.ravel(), np.array(want_boxes).ravel(), rtol=1e-9, atol=1e-9)


def plain(value, height, width, boxes=()):
    image = np.full((height, width, 3), value, dtype=np.uint8)
    return image, np.array(boxes, dtype=np.float64).reshape(-1, 4), np.full(len(boxes), value)


def test_by_hand():
    samples = [
        plain(1, 2, 3, [[0, 0, 3, 2]]),
        plain(2, 1, 1),
        plain(3, 9, 1, [[0, 0, 1, 9], [0.5, 1, 1, 2]]),
        plain(4, 1, 2, [[0, 0, 2, 1]]),
    ]
    canvas, boxes, labels = mosaic(samples, 4, (2, 1), 0, 1.0)
    assert canvas[:, :, 0].tolist() == [[1, 1, 2, 0], [0, 3, 4, 4], [0, 3, 0, 0], [0, 3, 0, 0]]
    assert boxes.tolist() == [[0, 0, 2, 1], [1, 1, 2, 4], [2, 1, 4, 2]]
    assert labels.tolist() == [1, 3, 4]


def test_defaults():
    samples = [plain(1, 3, 3, [[0, 0, 2, 2], [0, 0, 1.9, 3], [0, 0, 3, 1.9]]), *[plain(2, 1, 1)] * 3]
    canvas, boxes, _ = mosaic(samples, 8, (4, 4))
    assert canvas[0, 0].tolist() == [114] * 3
    assert boxes.tolist() == [[1, 1, 3, 3]]


def test_no_boxes():
    canvas, boxes, labels = mosaic([plain(5, 4, 4)] * 4, 8, (4, 4))
    assert (canvas == 5).all()
    assert (boxes.shape, labels.shape) == ((0, 4), (0,))
