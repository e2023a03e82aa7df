import numpy as np
import pytest
from solution import flip_keypoints


@pytest.mark.parametrize(
    ("height", "width", "n", "dtype"), [(2, 3, 3, np.uint8), (5, 4, 6, np.float32), (3, 3, 9, np.uint8)]
)
def test_matches_plain_loops(height, width, n, dtype):
    rng = np.random.default_rng(height * width)
    image = (rng.random((height, width, 3)) * 200).astype(dtype)
    keypoints = (rng.random((n, 2)) * [width, height]).astype(np.float32)
    visible = rng.random(n) < 0.6
    shuffled = rng.permutation(n).tolist()
    pairs = [(shuffled[i], shuffled[i + 1]) for i in range(0, n - 2, 2)]
    before = image.copy(), keypoints.copy(), visible.copy(), list(pairs)
    new_image, new_points, new_visible = flip_keypoints(image, keypoints, visible, pairs)
    for argument, copy in zip((image, keypoints, visible, pairs), before, strict=True):
        np.testing.assert_array_equal(argument, copy)
    assert (new_image.dtype, new_points.dtype, new_visible.dtype) == (dtype, np.float32, np.bool_)
    assert new_image.tolist() == [row[::-1] for row in image.tolist()]
    partner = dict(pairs) | {b: a for a, b in pairs}
    for k in range(n):
        x, y = keypoints[partner.get(k, k)].tolist()
        seen = bool(visible[partner.get(k, k)])
        assert bool(new_visible[k]) == seen
        assert new_points[k].tolist() == pytest.approx([width - 1 - x, y] if seen else [0.0, 0.0], rel=1e-5, abs=1e-5)


def test_by_hand():
    # Nose at the left edge, left eye, right eye that is not visible.
    image = np.arange(8).reshape(2, 4, 1)
    keypoints = np.array([[0.0, 1.0], [2.5, 0.5], [7.0, 7.0]], dtype=np.float32)
    new_image, points, visible = flip_keypoints(image, keypoints, np.array([True, True, False]), [(1, 2)])
    assert new_image[:, :, 0].tolist() == [[3, 2, 1, 0], [7, 6, 5, 4]]
    assert points.tolist() == [[3.0, 1.0], [0.0, 0.0], [0.5, 0.5]]
    assert visible.tolist() == [True, False, True]


def test_a_keypoint_stays_on_its_pixel():
    image = np.zeros((4, 5, 1), dtype=np.uint8)
    image[2, 1] = 9
    keypoints = np.array([[1, 2], [0, 0], [4, 3]], dtype=np.float32)
    new_image, points, _ = flip_keypoints(image, keypoints, np.array([True, True, True]), [(1, 2)])
    x, y = points[0].astype(int).tolist()
    assert new_image[y, x, 0] == 9


def test_twice_is_the_original():
    rng = np.random.default_rng(8)
    image, keypoints = rng.random((3, 6, 2)), rng.integers(0, 6, (5, 2)).astype(np.float32)
    visible, pairs = np.ones(5, dtype=bool), [(0, 4), (3, 1)]
    twice = flip_keypoints(*flip_keypoints(image, keypoints, visible, pairs), pairs)
    for got, want in zip(twice, (image, keypoints, visible), strict=True):
        np.testing.assert_array_equal(got, want)
