import numpy as np
import pytest
from solution import cut_words, word_score


def tags(lengths):
    return "".join("S" if n == 1 else "B" + "M" * (n - 2) + "E" for n in lengths)


def score_of(scores, labels):
    return sum(scores[t, "BMES".index(label)] for t, label in enumerate(labels))


def ways(length, max_length):
    if length == 0:
        yield []
    for first in range(1, min(length, max_length) + 1):
        for rest in ways(length - first, max_length):
            yield [first, *rest]


def by_hand(text, scores, max_length):
    lengths = max(ways(len(text), max_length), key=lambda way: score_of(scores, tags(way)))
    ends = np.cumsum(lengths).tolist()
    return [text[end - n : end] for end, n in zip(ends, lengths, strict=True)]


@pytest.mark.parametrize("max_length", [1, 2, 3, 20])
@pytest.mark.parametrize("text", ["a", "word", "tothesea"])
def test_matches_all_ways(text, max_length):
    scores = np.random.default_rng(len(text)).normal(size=(len(text), 4))
    assert cut_words(text, scores, max_length) == by_hand(text, scores, max_length)


@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_word_scores(length):
    scores = np.random.default_rng(length).normal(size=(9, 4))
    assert word_score(scores, 2, 2 + length) == pytest.approx(score_of(scores[2:], tags([length])), rel=1e-12)


def test_by_hand():
    scores = np.zeros((5, 4))
    scores[0, 0] = scores[1, 1] = scores[2, 2] = 1.0
    scores[3, 3] = scores[4, 3] = 2.0
    assert word_score(scores, 0, 3) == 3.0
    assert cut_words("catab", scores, 3) == ["cat", "a", "b"]


def test_the_best_tag_of_each_character_may_be_impossible():
    # B, E, E one by one; the second E can't follow an E.
    scores = np.array([[5.0, 0.0, 0.0, 0.0], [0.0, 1.0, 2.0, 0.0], [0.0, 0.0, 5.0, 0.0]])
    assert cut_words("abc", scores, 3) == ["abc"]
    assert cut_words("abc", scores, 2) == ["ab", "c"]


def test_no_text():
    assert cut_words("", np.zeros((0, 4)), 4) == []


def test_a_long_text_in_which_all_words_have_the_greatest_length():
    scores = np.tile([1.0, 1.5, 1.0, 0.0], (400, 1))
    scores[::4, 0] = scores[3::4, 2] = 2.0
    text = "abcd" * 100
    assert cut_words(text, scores, 4) == ["abcd"] * 100
