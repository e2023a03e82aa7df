import numpy as np
import pytest
from solution import clean_mask, fill_holes, remove_specks


def picture(text):
    return np.array([[c == "#" for c in line] for line in text.split()])


def components(mask, value, diagonal):
    """Sets of pixels that have the value, found by flooding."""
    height, width = mask.shape
    left = {(y, x) for y in range(height) for x in range(width) if mask[y, x] == value}
    found = []
    while left:
        edge = [left.pop()]
        component = set(edge)
        while edge:
            y, x = edge.pop()
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    pixel = (y + dy, x + dx)
                    if pixel in left and (diagonal or dy == 0 or dx == 0):
                        left.remove(pixel)
                        component.add(pixel)
                        edge.append(pixel)
        found.append(component)
    return found


def specks_by_hand(mask, min_size):
    result = mask.copy()
    for component in components(mask, True, diagonal=True):
        if len(component) < min_size:
            for pixel in component:
                result[pixel] = False
    return result


def holes_by_hand(mask, max_size):
    result = mask.copy()
    for component in components(mask, False, diagonal=False):
        inside = all(0 < y < mask.shape[0] - 1 and 0 < x < mask.shape[1] - 1 for y, x in component)
        if inside and len(component) <= max_size:
            for pixel in component:
                result[pixel] = True
    return result


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize(("shape", "share"), [((1, 1), 0.5), ((9, 12), 0.3), ((11, 8), 0.7), ((1, 9), 0.5)])
def test_matches_flooding(shape, share, size):
    probabilities = np.random.default_rng(shape[0] + size).random(shape)
    mask = probabilities < share
    before = mask.copy()
    specks, holes = remove_specks(mask, size), fill_holes(mask, size)
    assert (mask == before).all()
    assert specks.dtype == holes.dtype == np.bool_
    assert specks.tolist() == specks_by_hand(mask, size).tolist()
    assert holes.tolist() == holes_by_hand(mask, size).tolist()
    cleaned = clean_mask(probabilities, size, size)
    assert cleaned.tolist() == holes_by_hand(specks_by_hand(probabilities > 0.5, size), size).tolist()


def test_specks_by_hand():
    mask = picture("#..## .#..# .....  ##..#")
    assert remove_specks(mask, 2).tolist() == picture("#..## .#..# ..... ##...").tolist()
    assert remove_specks(mask, 3).tolist() == picture("...## ....# ..... .....").tolist()
    assert not remove_specks(mask, 4).any()


def test_holes_by_hand():
    mask = picture("####### #.##..# ##.#### ##.#..# #####.#")
    want = picture("####### ####### ####### ####..# #####.#")
    assert fill_holes(mask, 2).tolist() == want.tolist()
    assert fill_holes(mask, 0).tolist() == mask.tolist()


def test_specks_go_before_holes():
    # The dot in the hole goes first, and the hole is then too large.
    probabilities = picture("##### #...# #.#.# #...# #####").astype(np.float32)
    assert clean_mask(probabilities, 2, 8).tolist() == picture("##### #...# #...# #...# #####").tolist()
    assert clean_mask(probabilities, 2, 9).all()


def test_the_probability_one_half_is_background():
    assert clean_mask(np.array([[0.5, 0.51]]), 1, 0).tolist() == [[False, True]]


def test_empty_and_full_masks():
    for value in (False, True):
        mask = np.full((4, 5), value)
        assert (remove_specks(mask, 3) == value).all()
        assert (fill_holes(mask, 99) == value).all()
