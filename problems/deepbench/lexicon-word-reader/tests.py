import itertools
import math

import numpy as np
import pytest
from solution import ctc_log_probability, read_words


def frames(seed, t, v):
    return np.log(np.random.default_rng(seed).dirichlet(np.ones(v), t))


def collapse(path):
    return [symbol for symbol, _ in itertools.groupby(path) if symbol != 0]


def by_hand(log_probs, labels):
    total = 0.0
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        if collapse(path) == labels:
            total += math.exp(sum(log_probs[t, symbol] for t, symbol in enumerate(path)))
    return math.log(total) if total else -math.inf


@pytest.mark.parametrize("labels", [[], [1], [1, 2], [1, 1], [2, 2, 1], [1, 2, 1], [1, 1, 1]])
@pytest.mark.parametrize("t", [1, 3, 5])
def test_matches_all_paths(t, labels):
    log_probs = frames(t, t, 3)
    before = log_probs.copy()
    got = ctc_log_probability(log_probs, labels)
    assert (log_probs == before).all()
    assert got == pytest.approx(by_hand(log_probs, labels), rel=1e-9)


def test_by_hand():
    # Frames (blank, a): the paths of "a" are "a-", "-a" and "aa".
    log_probs = np.log([[0.4, 0.6], [0.7, 0.3]])
    assert math.exp(ctc_log_probability(log_probs, [1])) == pytest.approx(0.6 * 0.7 + 0.4 * 0.3 + 0.6 * 0.3)
    assert math.exp(ctc_log_probability(log_probs, [])) == pytest.approx(0.28)
    assert ctc_log_probability(log_probs, [1, 1]) == -math.inf


def test_impossible_symbols():
    with np.errstate(divide="ignore"):
        log_probs = np.log([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert ctc_log_probability(log_probs, [1, 1]) == pytest.approx(0.0, abs=1e-12)
    assert ctc_log_probability(log_probs, [2]) == -math.inf


def test_long_crops_do_not_underflow():
    # 2000 frames of the same two probabilities; the empty word has one path only.
    log_probs = np.log(np.full((2000, 2), 0.5))
    assert ctc_log_probability(log_probs, []) == pytest.approx(2000 * math.log(0.5), rel=1e-9)
    # One run of "a" anywhere: 2000 * 2001 / 2 paths.
    want = math.log(2000 * 2001 / 2) + 2000 * math.log(0.5)
    assert ctc_log_probability(log_probs, [1]) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("minimum", [-50.0, -2.5])
def test_words_match_all_paths(minimum):
    crops = [frames(seed, t, 4) for seed, t in enumerate([1, 2, 4, 4, 5])]
    lexicon = ["ab", "c", "aa", "bca", "a", "bb", "ax"]
    got = read_words(crops, lexicon, "abc", minimum)
    for crop, word in zip(crops, got, strict=True):
        scores = [by_hand(crop, ["abc".index(c) + 1 for c in w]) for w in lexicon[:-1]]
        best = max(range(len(scores)), key=lambda i: (scores[i], -i))
        assert word == (lexicon[best] if scores[best] >= minimum else None)


def test_ties_go_to_the_first_word():
    even = np.log(np.full((3, 4), 0.25))
    assert read_words([even, even], ["bc", "ab", "ba"], "abc", -99.0) == ["bc", "bc"]


def test_words_by_hand():
    with np.errstate(divide="ignore"):
        crop = np.log([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])
        certain = np.log([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    assert read_words([crop], ["b", "a"], "ab", math.log(0.5) - 1e-9) == ["b"]
    assert read_words([crop], ["b", "a"], "ab", math.log(0.5) + 1e-9) == [None]
    assert read_words([crop], ["ab", "aa"], "ab", -1e9) == [None]
    assert read_words([crop], ["z"], "ab", -1e9) == [None]
    assert read_words([certain], ["b"], "ab", 0.0) == ["b"]
