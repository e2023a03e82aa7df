import copy
import random

import pytest
from solution import duplicate_groups, shingles, split_texts


def words_of(text):
    kept = "".join(c if c in "abcdefghijklmnopqrstuvwxyz0123456789" else " " for c in text.lower())
    return kept.split()


def shingles_by_hand(text):
    words = words_of(text)
    if not words:
        return set()
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def groups_by_hand(texts, threshold):
    """Flood fill over all pairs."""
    sets = [shingles_by_hand(text) for text in texts]

    def near(a, b):
        return a == b or len(a & b) / len(a | b) >= threshold

    groups = [None] * len(texts)
    count = 0
    for start in range(len(texts)):
        if groups[start] is None:
            stack = [start]
            while stack:
                i = stack.pop()
                groups[i] = count
                stack += [j for j in range(len(texts)) if groups[j] is None and near(sets[i], sets[j])]
            count += 1
    return groups


def corpus(seed, n):
    rng = random.Random(seed)
    texts = []
    for _ in range(n):
        if texts and rng.random() < 0.6:
            words = rng.choice(texts).split()
            if words:
                words[rng.randrange(len(words))] = rng.choice(["red", "blue", "Ten"])
            texts.append(rng.choice([" ", ", "]).join(words))
        else:
            texts.append(" ".join(rng.choice(["a", "b", "c", "d", "e"]) for _ in range(rng.randint(0, 14))))
    return texts


def test_shingles():
    assert shingles("The cat -- sat, on THE mat!") == {
        ("the", "cat", "sat"),
        ("cat", "sat", "on"),
        ("sat", "on", "the"),
        ("on", "the", "mat"),
    }
    assert shingles("don't 42") == {("don", "t", "42")}
    assert shingles("a_b") == {("a", "b")}
    assert shingles("Caf\u00e9 x9z") == {("caf", "x9z")}
    assert shingles("one") == {("one",)}
    assert shingles(" ?! ") == set()
    assert shingles("no no no no") == {("no", "no", "no")}


@pytest.mark.parametrize("threshold", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_groups_match_a_flood_fill(seed, threshold):
    texts = corpus(seed, 25)
    assert duplicate_groups(texts, threshold) == groups_by_hand(texts, threshold)


def test_groups_are_closed_and_numbered_by_first_text():
    chain = ["a b c d e f", "x y z", "b c d e f g", "c d e f g h"]
    # Neighbours in the chain share 3 of 5 shingles, its ends 2 of 6.
    assert duplicate_groups(chain, 0.6) == [0, 1, 0, 0]
    assert duplicate_groups(chain, 0.61) == [0, 1, 2, 3]
    # Two groups that a later text joins.
    joined = ["a b c d e f", "c d e f g h", "q", "b c d e f g"]
    assert duplicate_groups(joined, 0.5) == [0, 0, 1, 0]


def test_default_threshold():
    # 7 of 10 shingles in common, then 6 of 9.
    first, second = "a b c d e f g h i j", "a b c d e f g h i z k"
    assert len(shingles(first) & shingles(second)) / len(shingles(first) | shingles(second)) == 0.7
    assert duplicate_groups([first, second]) == [0, 0]
    assert duplicate_groups(["a b c d e f g h i", "a b c d e f g h z k"]) == [0, 1]
    assert split_texts([first, second, "u", "v"], [0] * 4, 0.5) == ([2, 3], [0, 1])


def test_texts_without_words():
    assert duplicate_groups(["", "hello", "?!", "hello."]) == [0, 1, 0, 1]
    assert duplicate_groups([]) == []


@pytest.mark.parametrize(("seed", "share"), [(4, 0.2), (5, 0.5), (6, 0.75), (7, 1.0)])
def test_split_keeps_groups_whole(seed, share):
    texts = corpus(seed, 30)
    groups = groups_by_hand(texts, 0.5)
    labels = [group % 3 for group in groups]
    labels[texts.index(texts[10])] += 1  # one group may now be inconsistent
    before = copy.deepcopy((texts, labels))
    train, test = split_texts(texts, labels, share, 0.5)
    assert (texts, labels) == before
    sizes = [(groups.count(g), g, {labels[i] for i in range(30) if groups[i] == g}) for g in sorted(set(groups))]
    left = [(size, g) for size, g, own in sizes if len(own) == 1]
    total, taken, chosen = sum(size for size, _ in left), 0, set()
    for size, g in sorted(left, key=lambda pair: (-pair[0], pair[1])):
        if taken + size <= share * total:
            taken += size
            chosen.add(g)
    kept = {g for _, g in left}
    assert test == [i for i in range(30) if groups[i] in chosen]
    assert train == [i for i in range(30) if groups[i] in kept - chosen]


def test_split_by_hand():
    texts = ["one", "two", "ONE!", "three", "two", "four", "three", "five"]
    labels = [0, 1, 0, 1, 0, 1, 1, 0]
    # "two" has both labels. Of the 6 rows left, 3 may be tested: "one" fills two, "three" is too large, "four" fits.
    assert split_texts(texts, labels, 0.5) == ([3, 6, 7], [0, 2, 5])
    assert split_texts(texts, labels, 0.0) == ([0, 2, 3, 5, 6, 7], [])
    assert split_texts([], [], 0.5) == ([], [])
