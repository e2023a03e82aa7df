import random

import pytest
from solution import Vocabulary


@pytest.mark.parametrize(("seed", "min_count"), [(1, 1), (2, 2), (3, 4)])
def test_matches_plain_counting(seed, min_count):
    rng = random.Random(seed)
    pool = ["Red", "red", "RED", "blue", "green", "a", "b", "c", "dog", "cat", "élan"]
    texts = [rng.choice([" ", "\t"]).join(rng.choices(pool, k=rng.randint(0, 9))) for _ in range(8)]
    vocabulary = Vocabulary(texts, min_count)
    words = " ".join(texts).lower().split()
    own = sorted(sorted({w for w in words if words.count(w) >= min_count}), key=lambda w: -words.count(w))
    assert len(vocabulary) == len(own) + 2
    text = "RED blue zebra dog élan a b c green cat"
    want = [own.index(w) + 2 if w in own else 1 for w in text.lower().split()]
    assert vocabulary.encode(text) == want
    back = " ".join(w if w in own else "<unk>" for w in text.lower().split())
    assert vocabulary.decode(want) == back


def test_by_hand():
    vocabulary = Vocabulary(["the cat  sat", "The mat", "cat"])
    assert len(vocabulary) == 6
    assert vocabulary.encode("The mat sat\ncat dog") == [3, 4, 5, 2, 1]
    assert vocabulary.decode([2, 0, 1, 5, 0, 0]) == "cat <unk> sat"
    assert vocabulary.encode("") == []
    assert vocabulary.decode([0, 0]) == ""


def test_rare_words_are_unknown():
    vocabulary = Vocabulary(["x y", "x"], min_count=2)
    assert len(vocabulary) == 3
    assert vocabulary.encode("y x") == [1, 2]


def test_no_texts():
    assert len(Vocabulary([])) == 2
    assert Vocabulary([]).encode("hello") == [1]
