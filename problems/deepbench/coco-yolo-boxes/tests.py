import numpy as np
import pytest
from solution import coco_to_yolo, yolo_to_coco


@pytest.mark.parametrize("n", [1, 4, 25])
def test_matches_plain_loops_and_comes_back(n):
    rng = np.random.default_rng(n)
    boxes = rng.random((n, 4)) * 100
    before = boxes.copy()
    got = coco_to_yolo(boxes, 320, 200)
    np.testing.assert_array_equal(boxes, before)
    assert got.dtype == np.float64
    assert got.shape == (n, 4)
    for (left, top, w, h), row in zip(boxes.tolist(), got.tolist(), strict=True):
        centre = ((2 * left + w) / 640, (2 * top + h) / 400)
        assert row == pytest.approx([*centre, w / 320, h / 200], rel=1e-9)
    copy = got.copy()
    back = yolo_to_coco(got, 320, 200)
    np.testing.assert_array_equal(got, copy)
    assert back.dtype == np.float64
    np.testing.assert_allclose(back, boxes, rtol=1e-9, atol=1e-9)


def test_by_hand():
    assert coco_to_yolo(np.array([[10.0, 20.0, 30.0, 40.0]]), 100, 200).tolist()[0] == pytest.approx(
        [0.25, 0.2, 0.3, 0.2]
    )
    assert yolo_to_coco(np.array([[0.5, 0.5, 1.0, 0.25]]), 80, 40).tolist()[0] == pytest.approx([0.0, 15.0, 80.0, 10.0])


def test_fractions_of_pixels_stay():
    assert yolo_to_coco(np.array([[0.5, 0.5, 0.1, 0.1]]), 15, 5).tolist()[0] == pytest.approx([6.75, 2.25, 1.5, 0.5])


def test_no_boxes():
    assert coco_to_yolo(np.zeros((0, 4)), 10, 10).shape == (0, 4)
    assert yolo_to_coco(np.zeros((0, 4)), 10, 10).shape == (0, 4)
