import math
import random

import pytest
from solution import corpus_bleu


def count(gram, tokens):
    n = len(gram)
    return sum(tokens[i : i + n] == gram for i in range(len(tokens) - n + 1))


def by_hand(hypotheses, references, max_n=4):
    precisions, zeros = [], 0
    for n in range(1, max_n + 1):
        match = total = 0
        for hypothesis, texts in zip(hypotheses, references, strict=True):
            tokens = hypothesis.split()
            grams = [tokens[i : i + n] for i in range(len(tokens) - n + 1)]
            total += len(grams)
            for gram in {tuple(g) for g in grams}:
                limit = max(count(list(gram), text.split()) for text in texts)
                match += min(count(list(gram), tokens), limit)
        if total and match:
            precisions.append(match / total)
        elif total:
            zeros += 1
            precisions.append(1 / (2**zeros * total))
    c = r = 0
    for hypothesis, texts in zip(hypotheses, references, strict=True):
        length = len(hypothesis.split())
        c += length
        r += sorted((abs(len(text.split()) - length), len(text.split())) for text in texts)[0][1]
    penalty = math.exp(1 - r / c) if c < r else 1.0
    return 100 * penalty * math.prod(precisions) ** (1 / len(precisions))


def test_by_hand():
    # Precisions 5/6, 3/5, 1/4 and, without a match, 1/(2 * 3).
    got = corpus_bleu(["the cat sat on the mat"], [["the cat was on the mat"]])
    assert got == pytest.approx(100 * (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** 0.25)


@pytest.mark.parametrize("max_n", [1, 2, 4])
@pytest.mark.parametrize(("texts", "longest", "vocabulary"), [(1, 6, "ab"), (5, 12, "abc"), (8, 9, "abcdefgh")])
def test_random_corpora(texts, longest, vocabulary, max_n):
    rng = random.Random(longest)

    def pick():
        return " ".join(rng.choices(vocabulary, k=rng.randrange(1, longest)))

    hypotheses = [pick() for _ in range(texts)]
    references = [[pick() for _ in range(rng.randrange(1, 4))] for _ in range(texts)]
    before = [list(row) for row in references]
    got = corpus_bleu(hypotheses, references, max_n)
    assert references == before
    assert got == pytest.approx(by_hand(hypotheses, references, max_n), rel=1e-9)


def test_a_perfect_translation():
    texts = ["a b c d e", "f g h i"]
    assert corpus_bleu(texts, [[text] for text in texts]) == pytest.approx(100.0)


def test_matches_are_clipped():
    assert corpus_bleu(["the the the the"], [["the cat the dog"]], 1) == pytest.approx(50.0)
    # By the reference where it occurs most often, not by their sum.
    assert corpus_bleu(["the the the the"], [["the cat the dog", "the x y z"]], 1) == pytest.approx(50.0)


def test_missing_orders_are_halved_again_and_again():
    got = corpus_bleu(["a b c d"], [["a x c y"]])
    assert got == pytest.approx(100 * (2 / 4 * 1 / (2 * 3) * 1 / (4 * 2) * 1 / (8 * 1)) ** 0.25)


def test_texts_shorter_than_the_longest_ngram():
    assert corpus_bleu(["a b"], [["a b"]]) == pytest.approx(100.0)
    assert corpus_bleu(["a"], [["b"]]) == pytest.approx(50.0)


def test_short_translations_are_punished():
    assert corpus_bleu(["a b"], [["a b c d"]], 1) == pytest.approx(100 * math.exp(-1))
    assert corpus_bleu(["a b c d"], [["a b"]], 1) == pytest.approx(50.0)


def test_the_closest_length_counts_and_of_two_the_shorter():
    assert corpus_bleu(["a b c"], [["a b c d e", "a b c d"]], 1) == pytest.approx(100 * math.exp(-1 / 3))
    assert corpus_bleu(["a b c"], [["a b c d", "a b"]], 1) == pytest.approx(100.0)


def test_lengths_are_summed_over_the_corpus():
    assert corpus_bleu(["a b c", "d"], [["a b"], ["d e"]], 1) == pytest.approx(75.0)


def test_four_is_the_default_order():
    assert corpus_bleu(["a b c d e"], [["a b c d e"]]) == pytest.approx(100.0)
    assert corpus_bleu(["a b c d x"], [["a b c d e"]]) == pytest.approx(100 * (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)


def test_no_tokens():
    assert corpus_bleu([""], [["a"]]) == 0.0
    assert corpus_bleu([], []) == 0.0


def test_counts_must_agree():
    with pytest.raises(ValueError):
        corpus_bleu(["a"], [["a"], ["b"]])
