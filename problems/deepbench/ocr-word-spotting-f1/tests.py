import numpy as np
import pytest
from solution import same_word, spotting_f1


def image(found, true):
    """Words as (x1, y1, x2, y2, text)."""
    return {
        "boxes": np.array([w[:4] for w in found], dtype=np.float64).reshape(-1, 4),
        "texts": [w[4] for w in found],
        "true_boxes": np.array([w[:4] for w in true], dtype=np.float64).reshape(-1, 4),
        "true_texts": [w[4] for w in true],
    }


def word(x, text, width=4, y=0):
    return (x, y, x + width, y + 2, text)


def scores(right, detections, words):
    return pytest.approx(
        {"precision": right / detections, "recall": right / words, "f1": 2 * right / (detections + words)}
    )


def test_same_word():
    assert same_word("Hello", "hELLO")
    assert same_word("“Stop!”", "stop")
    assert same_word("STRASSE", "straße")
    assert same_word("ﬁne", "FINE")
    assert same_word("...", "")
    assert not same_word("it's", "its")
    assert not same_word("ab", "abc")
    assert same_word("(e-mail):", "E-Mail")
    assert not same_word("a!", "!b")


def test_by_hand():
    found = [word(0, "one"), word(10, "tow"), word(20, "extra")]
    true = [word(0, "One"), word(10, "two"), word(40, "missed"), word(60, "four")]
    assert spotting_f1([image(found, true)]) == scores(1, 3, 4)


def test_all_images_together():
    first = image([word(0, "a")], [word(0, "a")])
    second = image([word(0, "a"), word(10, "x"), word(20, "y")], [word(10, "z")])
    got = spotting_f1([first, second])
    assert got == scores(1, 4, 2)
    assert all(isinstance(value, float) for value in got.values())


def test_places_are_matched_before_texts_are_read():
    # The better place is read wrongly; the one that is read rightly finds the word taken.
    found = [(0, 0, 4, 3, "word"), (0, 0, 4, 2, "wort")]
    assert spotting_f1([image(found, [word(0, "word")])]) == scores(0, 2, 1)


def test_the_greatest_overlap_goes_first():
    # IoU: detection 0 with word 0: 3/5, with word 1: 1/7; detection 1 with word 0: 1.
    true = [word(0, "a"), word(4, "b")]
    assert spotting_f1([image([word(1, "a"), word(0, "a")], true)]) == scores(1, 2, 2)
    assert spotting_f1([image([word(1, "b"), word(0, "a")], true)], 0.1) == scores(2, 2, 2)


def test_ties_go_to_the_lower_indices():
    assert spotting_f1([image([word(0, "a"), word(0, "b")], [word(0, "a")])]) == scores(1, 2, 1)
    assert spotting_f1([image([word(0, "b"), word(0, "a")], [word(0, "a")])]) == scores(0, 2, 1)
    # Both true words overlap with both detections by the same amount.
    assert spotting_f1([image([word(0, "a"), word(0, "b")], [word(0, "a"), word(0, "b")])]) == scores(2, 2, 2)
    assert spotting_f1([image([word(0, "a"), word(0, "b")], [word(0, "b"), word(0, "a")])]) == scores(0, 2, 2)


def test_the_least_iou_matches():
    # Overlap 4 of a union of 8; then overlap 4 of a union of 12.
    assert spotting_f1([image([(0, 0, 4, 1, "a")], [word(0, "a")])]) == scores(1, 1, 1)
    third = image([word(2, "a")], [word(0, "a")])
    assert spotting_f1([third]) == scores(0, 1, 1)
    assert spotting_f1([third], 0.33) == scores(1, 1, 1)
    assert spotting_f1([third], 0.34) == scores(0, 1, 1)


def test_boxes_that_are_apart_do_not_overlap():
    assert spotting_f1([image([word(0, "a")], [word(9, "a")])], 0.01) == scores(0, 1, 1)
    assert spotting_f1([image([word(0, "a")], [word(5, "a", y=3)])], 0.01) == scores(0, 1, 1)


def test_illegible_words_count_for_nothing():
    found = [word(0, "a"), word(10, "###"), word(20, "c"), word(30, "d")]
    true = [word(0, "###"), word(10, "###"), word(20, "c"), word(50, "###"), word(60, "e")]
    assert spotting_f1([image(found, true)]) == scores(1, 2, 2)


def test_an_illegible_word_excuses_one_detection():
    assert spotting_f1([image([word(0, "a"), word(0, "b")], [word(0, "###"), word(9, "c")])]) == scores(0, 1, 1)


def test_nothing_to_count():
    zero = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    for found, true in [([], []), ([word(0, "a")], []), ([], [word(0, "a")]), ([word(0, "a")], [word(0, "###")])]:
        assert spotting_f1([image(found, true)]) == zero
    assert spotting_f1([]) == zero


def test_inputs_are_not_changed():
    given = image([word(0, "A!")], [word(1, "a")])
    spotting_f1([given])
    assert given["texts"] == ["A!"]
    np.testing.assert_array_equal(given["boxes"], [[0, 0, 4, 2]])
    np.testing.assert_array_equal(given["true_boxes"], [[1, 0, 5, 2]])
