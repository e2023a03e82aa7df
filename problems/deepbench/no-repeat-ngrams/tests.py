import random

import pytest
from solution import banned_tokens


def by_hand(tokens, n):
    def grams(text):
        return ["-".join(map(str, text[i : i + n])) for i in range(len(text) - n + 1)]

    seen = set(grams(tokens))
    return {t for t in set(tokens) if len(tokens) >= n and grams([*tokens, t])[-1] in seen}


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("length", [0, 1, 4, 30])
def test_matches_a_set_of_all_ngrams(length, n):
    rng = random.Random(length + n)
    tokens = [rng.choice([4, 17, 170]) for _ in range(length)]
    assert set(banned_tokens(tokens, n)) == by_hand(tokens, n)


def test_by_hand():
    assert banned_tokens([5, 6, 7, 5, 6], 3) == {7}
    assert banned_tokens([5, 6, 7, 5, 6, 8, 5, 6], 3) == {7, 8}
    assert banned_tokens([5, 6, 7, 5, 6], 2) == {7}
    assert banned_tokens([5, 6, 7], 2) == set()
    assert banned_tokens([5, 6, 5], 1) == {5, 6}


def test_overlapping_repeats():
    assert banned_tokens([9, 9, 9], 2) == {9}
    assert banned_tokens([9, 9, 9], 3) == {9}
    assert banned_tokens([9, 9], 3) == set()
    assert banned_tokens([9, 9, 9], 4) == set()
