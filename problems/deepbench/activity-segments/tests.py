import numpy as np
import pytest
from solution import find_segments, to_frames


def segments_by_hand(p, on, off, min_gap, min_length):
    """Three passes over a list of flags, as the steps are written."""
    active, flags = False, []
    for value in p:
        active = value >= off if active else value >= on
        flags.append(active)
    n = len(flags)
    for begin in range(n):
        # Fill each gap between active frames that is short enough.
        if not flags[begin] and begin > 0 and flags[begin - 1]:
            end = begin
            while end < n and not flags[end]:
                end += 1
            if end < n and end - begin < min_gap:
                flags[begin:end] = [True] * (end - begin)
    borders = [i for i in range(n + 1) if (i < n and flags[i]) != (i > 0 and flags[i - 1])]
    pairs = zip(borders[::2], borders[1::2], strict=True)
    return [(a, b) for a, b in pairs if b - a >= min_length]


@pytest.mark.parametrize(("on", "off", "min_gap", "min_length"), [(0.6, 0.4, 3, 5), (0.5, 0.5, 1, 1), (0.9, 0.1, 2, 3)])
@pytest.mark.parametrize("n", [1, 40, 300])
def test_random_probabilities(n, on, off, min_gap, min_length):
    p = np.round(np.random.default_rng(n).random(n), 1)
    got = find_segments(p, on, off, min_gap, min_length)
    assert [tuple(segment) for segment in got] == segments_by_hand(p.tolist(), on, off, min_gap, min_length)
    assert all(type(border) is int for segment in got for border in segment)


def find(text, **options):
    """Digits are tenths."""
    return [tuple(s) for s in find_segments(np.array([int(c) / 10 for c in text]), **options)]


def test_by_hand():
    assert find("0006444443000") == [(3, 9)]
    assert find("0005555550000") == []
    assert find("9999900099999") == [(0, 5), (8, 13)]
    assert find("9999900599999") == [(0, 5), (8, 13)]
    assert find("9999904999999") == [(0, 13)]
    assert find("9900990") == [(0, 6)]
    assert find("99990009999") == []
    assert find("99999") == [(0, 5)]
    assert find("9999") == []


def test_gaps_and_lengths_at_their_limits():
    assert find("900900", min_gap=2, min_length=1) == [(0, 1), (3, 4)]
    assert find("900900", min_gap=3, min_length=1) == [(0, 4)]
    assert find("900900", min_gap=3, min_length=5) == []
    assert find("90909090009", min_gap=2, min_length=2) == [(0, 7)]
    assert find("0", min_length=0) == []


def test_no_frames():
    assert find("") == []
    assert to_frames([], 0).shape == (0,)


def test_frames_of_segments():
    got = to_frames([(1, 3), (2, 5), (7, 8)], 10)
    assert got.dtype == np.bool_
    assert np.flatnonzero(got).tolist() == [1, 2, 3, 4, 7]
    assert np.flatnonzero(to_frames([(-3, 2), (5, 99)], 7)).tolist() == [0, 1, 5, 6]
    assert not to_frames([(-5, -2), (8, 12)], 6).any()
    assert to_frames([(3, 3)], 4).tolist() == [False] * 4
