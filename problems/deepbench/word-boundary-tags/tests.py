import random

import pytest
from solution import tags_to_words, words_to_tags


@pytest.mark.parametrize("seed", range(6))
def test_round_trip(seed):
    rng = random.Random(seed)
    words = ["".join(rng.choice("abc那里BMES ") for _ in range(rng.randint(1, 5))) for _ in range(rng.randint(1, 20))]
    text, tags = words_to_tags(list(words))
    assert text == "".join(words)
    position = 0
    for word in words:
        own = tags[position : position + len(word)]
        assert len(own) == len(word)
        assert own == "S" if len(word) == 1 else (own[0], own[-1], set(own[1:-1]) <= {"M"}) == ("B", "E", True)
        position += len(word)
    assert len(tags) == position
    assert tags_to_words(text, tags) == words


def test_by_hand():
    assert words_to_tags(["I", "am", "hungry"]) == ("Iamhungry", "SBEBMMMME")
    assert tags_to_words("Iamhungry", "SBEBMMMME") == ["I", "am", "hungry"]
    assert words_to_tags([]) == ("", "")
    assert tags_to_words("", "") == []


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ("MMMMMM", ["abcdef"]),
        ("EMMEBB", ["a", "bcd", "e", "f"]),
        ("BSMMMM", ["a", "b", "cdef"]),
        ("MBMMEE", ["a", "bcde", "f"]),
        ("BMBMBM", ["ab", "cd", "ef"]),
    ],
)
def test_tags_that_make_no_sense_together(tags, words):
    assert tags_to_words("abcdef", tags) == words


@pytest.mark.parametrize("seed", range(4))
def test_any_tags(seed):
    rng = random.Random(seed)
    tags = "".join(rng.choice("BMES") for _ in range(30))
    text = "".join(rng.choice("xyz") for _ in range(30))
    starts = [i for i in range(30) if i == 0 or tags[i] in ("B", "S") or tags[i - 1] in ("E", "S")]
    want = [text[a:b] for a, b in zip(starts, [*starts[1:], 30], strict=True)]
    assert tags_to_words(text, tags) == want


@pytest.mark.parametrize(("text", "tags"), [("abc", "BE"), ("ab", "BME"), ("", "S")])
def test_different_lengths_are_refused(text, tags):
    with pytest.raises(ValueError):
        tags_to_words(text, tags)
