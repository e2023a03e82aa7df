import itertools

import numpy as np
import pytest
from solution import CtcStream


def frames(symbols, n_symbols, seed=0):
    """Scores whose greatest is that of the symbol."""
    scores = np.random.default_rng(seed).normal(size=(len(symbols), n_symbols))
    for row, symbol in zip(scores, symbols, strict=True):
        row[symbol] = row.max() + 0.5
    return scores


def by_hand(symbols, alphabet):
    return "".join(alphabet[s - 1] for s, _ in itertools.groupby(symbols) if s > 0)


@pytest.mark.parametrize("pieces", [[20], [1] * 20, [3, 0, 7, 10], [19, 1]])
def test_chunks_make_no_difference(pieces):
    symbols = np.random.default_rng(1).choice(4, 20, p=[0.4, 0.2, 0.2, 0.2]).tolist()
    stream, start = CtcStream("abc"), 0
    assert stream.text == ""
    for piece in pieces:
        before = stream.text
        added = stream.feed(frames(symbols[start : start + piece], 4))
        start += piece
        assert stream.text == before + added
        assert stream.text == by_hand(symbols[:start], "abc")


def test_by_hand():
    stream = CtcStream("helo")
    assert stream.feed(frames([0, 1, 1, 2, 0, 3, 3], 5)) == "hel"
    assert stream.feed(frames([3, 3], 5)) == ""
    assert stream.feed(frames([0, 3, 4, 0, 0, 4], 5)) == "loo"
    assert stream.text == "helloo"


def test_a_blank_between_chunks_parts_equal_characters():
    stream = CtcStream("ab")
    got = [stream.feed(frames([symbol], 3)) for symbol in (1, 1, 0, 1, 2, 1)]
    assert got == ["a", "", "", "a", "b", "a"]


def test_only_blanks_and_no_frames():
    stream = CtcStream("ab")
    assert stream.feed(frames([0, 0], 3)) == ""
    assert stream.feed(np.zeros((0, 3))) == ""
    assert stream.feed(frames([2], 3)) == "b"


def test_streams_are_independent():
    one, two = CtcStream("ab"), CtcStream("xy")
    assert one.feed(frames([1], 3)) == "a"
    assert two.feed(frames([1], 3)) == "x"
    assert (one.text, two.text) == ("a", "x")
