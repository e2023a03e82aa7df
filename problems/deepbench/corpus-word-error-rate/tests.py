import functools
import math
import random

import pytest
from solution import edit_distance, word_error_rate


def recursive(a, b):
    @functools.cache
    def distance(i, j):
        if i == 0 or j == 0:
            return i + j
        if a[i - 1] == b[j - 1]:
            return distance(i - 1, j - 1)
        return 1 + min(distance(i - 1, j), distance(i, j - 1), distance(i - 1, j - 1))

    return distance(len(a), len(b))


def test_distances_by_hand():
    assert edit_distance("the cat sat".split(), "the cat sat".split()) == 0
    assert edit_distance("the cat sat".split(), "a cat sat".split()) == 1
    assert edit_distance("the cat sat".split(), "cat sat".split()) == 1
    assert edit_distance("cat sat".split(), "the cat sat down".split()) == 2
    assert edit_distance(["a", "b"], ["b", "a"]) == 2
    assert edit_distance(["The", "cat"], ["the", "cat"]) == 1


def test_distances_to_nothing():
    assert edit_distance([], []) == 0
    assert edit_distance(["a", "b", "c"], []) == 3
    assert edit_distance([], ["a", "b"]) == 2


def test_random_distances():
    rng = random.Random(0)
    for n, m in [(1, 1), (5, 5), (8, 3), (2, 9), (12, 12), (15, 10)]:
        a, b = rng.choices("abc", k=n), rng.choices("abc", k=m)
        assert edit_distance(a, b) == recursive(a, b)


def test_rate_by_hand():
    # 1 error in 2 words and 2 errors in 6 words.
    rate = word_error_rate(
        ["hello world", "one two three four five six"], ["hello word", "one two four five six seven"]
    )
    assert rate == pytest.approx(3 / 8)


def test_rate_of_a_corpus():
    rng = random.Random(1)
    pairs = [[" ".join(rng.choices("abcd", k=rng.randrange(1, 12))) for _ in range(2)] for _ in range(20)]
    errors = sum(recursive(a.split(), b.split()) for a, b in pairs)
    words = sum(len(a.split()) for a, _ in pairs)
    assert word_error_rate([a for a, _ in pairs], [b for _, b in pairs]) == pytest.approx(errors / words)


def test_case_and_spaces_do_not_matter():
    assert word_error_rate(["  Hello \n World"], ["hello\tWORLD "]) == 0.0


def test_more_errors_than_words():
    assert word_error_rate(["yes"], ["no no no"]) == 3.0


def test_an_empty_reference_adds_its_errors():
    assert word_error_rate(["", "a b"], ["x", "a b"]) == pytest.approx(0.5)


def test_no_words():
    assert math.isnan(word_error_rate([""], ["x"]))
    assert math.isnan(word_error_rate([], []))


def test_counts_must_agree():
    with pytest.raises(ValueError):
        word_error_rate(["a", "b"], ["a"])
