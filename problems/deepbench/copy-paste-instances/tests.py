import numpy as np
import pytest
from solution import paste, tight_boxes


def scene(rng, n, height, width):
    masks = np.zeros((n, height, width), dtype=bool)
    for mask in masks:
        y, x = rng.integers(0, height - 2), rng.integers(0, width - 2)
        mask[y : y + rng.integers(2, 6), x : x + rng.integers(2, 6)] = True
        mask &= rng.random((height, width)) < 0.9
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8), masks, rng.integers(0, 50, n)


def box_of(pixels):
    rows, columns = [y for y, _ in pixels], [x for _, x in pixels]
    return [min(columns), min(rows), max(columns) + 1, max(rows) + 1]


def paste_by_hand(image, masks, labels, donor_image, donor_masks, donor_labels, chosen, min_pixels):
    """Sets of pixels."""
    own = [{tuple(p) for p in np.argwhere(mask).tolist()} for mask in masks]
    donors = [{tuple(p) for p in np.argwhere(donor_masks[i]).tolist()} for i in chosen]
    region = set().union(*donors)
    pixels = image.tolist()
    for y, x in region:
        pixels[y][x] = donor_image[y, x].tolist()
    objects = [(pixels_ - region, label) for pixels_, label in zip(own, labels.tolist(), strict=True)]
    for n, i in enumerate(chosen):
        objects.append((donors[n] - set().union(*donors[n + 1 :]), int(donor_labels[i])))
    return pixels, [(pixels_, label) for pixels_, label in objects if len(pixels_) >= min_pixels]


@pytest.mark.parametrize(
    ("n", "m", "chosen", "min_pixels"),
    [(1, 1, [0], 1), (4, 6, [3, 0, 5], 5), (6, 8, [7, 6, 5, 4, 1], 8), (3, 2, [], 1), (0, 4, [2, 1, 0], 4)],
)
def test_matches_sets_of_pixels(n, m, chosen, min_pixels):
    rng = np.random.default_rng(n + m)
    arguments = (*scene(rng, n, 9, 11), *scene(rng, m, 9, 11))
    copies = [argument.copy() for argument in arguments]
    order = list(chosen)
    got = paste(*arguments, chosen, min_pixels)
    assert chosen == order
    for argument, copy in zip(arguments, copies, strict=True):
        np.testing.assert_array_equal(argument, copy)
    pixels, objects = paste_by_hand(*arguments, chosen, min_pixels)
    assert [got[key].dtype for key in ("image", "masks", "labels", "boxes")] == [np.uint8, np.bool_, np.int64, np.int64]
    assert got["image"].tolist() == pixels
    assert got["labels"].tolist() == [label for _, label in objects]
    assert got["masks"].shape == (len(objects), 9, 11)
    for mask, box, (own, _) in zip(got["masks"], got["boxes"].tolist(), objects, strict=True):
        assert {tuple(p) for p in np.argwhere(mask).tolist()} == own
        assert box == box_of(own)


def row(*ranges):
    masks = np.zeros((len(ranges), 1, 30), dtype=bool)
    for mask, (begin, end) in zip(masks, ranges, strict=True):
        mask[0, begin:end] = True
    return np.zeros((1, 30, 3), dtype=np.uint8), masks, np.arange(len(ranges))


def test_by_hand():
    image, masks, labels = row((0, 12), (8, 20), (15, 26))
    donor, donor_masks, _ = row((10, 21), (0, 5), (20, 30))
    got = paste(image, masks, labels, donor + 9, donor_masks, np.array([70, 80, 90]), [2, 0])
    # Own objects keep 10, 2 and 0 pixels; the first pasted one keeps 9.
    assert got["image"][0, :, 1].tolist() == [0] * 10 + [9] * 20
    assert got["labels"].tolist() == [0, 70]
    assert got["boxes"].tolist() == [[0, 0, 10, 1], [10, 0, 21, 1]]


def test_boxes_of_masks():
    masks = np.zeros((2, 5, 7), dtype=bool)
    masks[0, 1, 2] = masks[0, 3, 6] = masks[1, 4, 0] = True
    got = tight_boxes(masks)
    assert got.dtype == np.int64
    assert got.tolist() == [[2, 1, 7, 4], [0, 4, 1, 5]]
    assert tight_boxes(masks[:0]).shape == (0, 4)
