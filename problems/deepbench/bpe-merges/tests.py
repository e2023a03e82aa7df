import random
import re

import pytest
from solution import encode_word, learn_merges

SEPARATOR = "\x00"


def start(word):
    return SEPARATOR.join(word) + "</w>"


def join(text, left, right):
    """Join a pair in a word written as symbols between separators, by a scan over the string."""
    done, rest = "", SEPARATOR + text + SEPARATOR
    needle = SEPARATOR + left + SEPARATOR + right + SEPARATOR
    while needle in rest:
        at = rest.index(needle)
        done += rest[:at] + SEPARATOR + left + right
        rest = rest[at + len(needle) - 1 :]
    return (done + rest)[1:-1]


def places(text, left, right):
    needle = re.escape(SEPARATOR + left + SEPARATOR + right + SEPARATOR)
    return len(re.findall(f"(?={needle})", SEPARATOR + text + SEPARATOR))


def learn_by_scanning(word_counts, num_merges, min_count):
    words = {word: start(word) for word in word_counts if word}
    merges = []
    while len(merges) < num_merges:
        pairs = set()
        for text in words.values():
            symbols = text.split(SEPARATOR)
            pairs.update((symbols[i], symbols[i + 1]) for i in range(len(symbols) - 1))
        counted = [(sum(n * places(words[w], *p) for w, n in word_counts.items() if w), p) for p in sorted(pairs)]
        top = max((count for count, _ in counted), default=0)
        if top < min_count:
            break
        pair = next(p for count, p in counted if count == top)
        merges.append(pair)
        words = {word: join(text, *pair) for word, text in words.items()}
    return merges, {word: text.split(SEPARATOR) for word, text in words.items()}


def corpus(seed, alphabet, n_words, longest):
    rng = random.Random(seed)
    words = {}
    for _ in range(n_words):
        word = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, longest)))
        words[word] = words.get(word, 0) + rng.randint(1, 4)
    return words


@pytest.mark.parametrize(
    ("seed", "alphabet", "n_words", "longest", "num_merges", "min_count"),
    [
        (1, "ab", 8, 9, 6, 1),
        (2, "abc", 10, 7, 8, 2),
        (3, "aab", 6, 10, 5, 3),
        (4, "xyz", 10, 5, 100, 4),
        (5, "ab<>/w", 8, 7, 5, 2),
        (6, "aé漢", 8, 6, 5, 2),
    ],
)
def test_learning_and_encoding(seed, alphabet, n_words, longest, num_merges, min_count):
    words = corpus(seed, alphabet, n_words, longest)
    before = dict(words)
    want, segmented = learn_by_scanning(words, num_merges, min_count)
    got = learn_merges(words, num_merges, min_count)
    assert words == before
    assert [tuple(pair) for pair in got] == want
    # A word of the corpus is encoded as learning left it: merges came in order of priority.
    for word, symbols in list(segmented.items())[:5]:
        assert encode_word(word, want) == symbols


def test_learning_by_hand():
    assert learn_merges({"low": 5, "lower": 2}, 3) == [("l", "o"), ("lo", "w</w>"), ("e", "r</w>")]
    # Ties: ("b", "c</w>") against ("a", "b</w>"), both 3 times.
    assert learn_merges({"bc": 3, "ab": 3}, 1) == [("a", "b</w>")]
    assert learn_merges({"ba": 3, "b": 9, "aa": 3}, 2) == [("a", "a</w>"), ("b", "a</w>")]


def test_overlapping_places_count_and_join_from_the_left():
    # "aaaa": ("a", "a") twice, ("a", "a</w>") once.
    assert learn_merges({"aaaa": 1}, 5, 1) == [("a", "a"), ("a", "a</w>"), ("aa", "aa</w>")]
    assert learn_merges({"aaab": 2, "xyb": 3}, 1) == [("a", "a")]
    assert encode_word("aaaab", [("a", "a")]) == ["aa", "aa", "b</w>"]
    assert encode_word("aaab", [("a", "a")]) == ["aa", "a", "b</w>"]


def test_learning_ends_early():
    assert learn_merges({"ab": 2, "cd": 1}, 10) == [("a", "b</w>")]
    assert learn_merges({"ab": 2, "cd": 1}, 10, 3) == []
    assert learn_merges({"ab": 2, "cd": 1}, 10, 1) == [("a", "b</w>"), ("c", "d</w>")]
    assert learn_merges({"ab": 2, "cd": 1}, 0, 1) == []
    assert learn_merges({}, 4) == []
    assert learn_merges({"": 7, "a": 3}, 4) == []
    assert learn_merges({"": 7, "ab": 3}, 4) == [("a", "b</w>")]


def test_encoding_by_hand():
    merges = [("l", "o"), ("lo", "w</w>"), ("e", "r</w>")]
    before = list(merges)
    assert encode_word("low", merges) == ["low</w>"]
    assert encode_word("lower", merges) == ["lo", "w", "er</w>"]
    assert encode_word("slow", merges) == ["s", "low</w>"]
    assert encode_word("q", merges) == ["q</w>"]
    assert encode_word("", merges) == []
    assert encode_word("lolo", []) == ["l", "o", "l", "o</w>"]
    assert merges == before


def test_earliest_merge_wins_over_position_and_length():
    assert encode_word("abcd", [("b", "c"), ("a", "b"), ("c", "d</w>")]) == ["a", "bc", "d</w>"]
    assert encode_word("abcd", [("c", "d</w>"), ("a", "b"), ("b", "c")]) == ["ab", "cd</w>"]


def test_an_earlier_merge_can_become_possible_later():
    # ("ab", "c") has the highest priority but its left part appears only through the last merge.
    merges = [("ab", "c"), ("c", "d</w>"), ("a", "b")]
    assert encode_word("abcd", [("ab", "c"), ("a", "b"), ("c", "d</w>")]) == ["abc", "d</w>"]
    assert encode_word("abcd", merges) == ["ab", "cd</w>"]
    assert encode_word("abcabcx", merges) == ["abc", "abc", "x</w>"]
