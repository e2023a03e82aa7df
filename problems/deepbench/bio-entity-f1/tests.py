import random

import pytest
from solution import entities, entity_f1


def spans(tags):
    """Every token's entity is named by where it begins, by looking back; then tokens are gathered."""
    begins = []
    for i, tag in enumerate(tags):
        if tag == "O":
            begins.append(None)
        elif tag[0] == "I" and i and tags[i - 1] != "O" and tags[i - 1][2:] == tag[2:]:
            begins.append(begins[-1])
        else:
            begins.append(i)
    return [(b, b + begins.count(b), tags[b][2:]) for b in sorted({b for b in begins if b is not None})]


def random_tags(rng, n):
    return [rng.choice(["O", "B-PER", "I-PER", "I-PER", "B-LOC", "I-LOC"]) for _ in range(n)]


def test_entities_by_hand():
    assert entities(["B-PER", "I-PER", "O", "B-LOC"]) == [(0, 2, "PER"), (3, 4, "LOC")]


def test_adjacent_entities():
    assert entities(["B-PER", "B-PER", "I-PER"]) == [(0, 1, "PER"), (1, 3, "PER")]


def test_inside_without_begin():
    assert entities(["I-PER", "I-PER", "I-LOC", "O", "I-LOC"]) == [(0, 2, "PER"), (2, 3, "LOC"), (4, 5, "LOC")]


def test_types_with_hyphens_and_types_named_like_tags():
    assert entities(["B-LOC-CITY", "I-LOC-CITY", "I-LOC", "B-O", "I-O"]) == [
        (0, 2, "LOC-CITY"),
        (2, 3, "LOC"),
        (3, 5, "O"),
    ]


def test_no_entities():
    assert entities([]) == []
    assert entities(["O", "O"]) == []


def test_random_tags():
    rng = random.Random(0)
    for n in (1, 3, 10, 40, 40):
        tags = random_tags(rng, n)
        assert [tuple(entity) for entity in entities(tags)] == spans(tags)


def test_scores_by_hand():
    true = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG"]]
    predicted = [["B-PER", "O", "O", "B-LOC"], ["B-ORG", "B-LOC"]]
    assert entity_f1(true, predicted) == pytest.approx({"precision": 1 / 4, "recall": 1 / 3, "f1": 2 / 7})


def test_scores_of_random_tags():
    rng = random.Random(1)
    true = [random_tags(rng, n) for n in (12, 1, 0, 30, 7)]
    predicted = [[t if rng.random() < 0.7 else rng.choice(["O", "B-PER", "I-LOC"]) for t in tags] for tags in true]
    right = sum(len(set(spans(t)) & set(spans(p))) for t, p in zip(true, predicted, strict=True))
    n_true, n_predicted = (sum(len(spans(t)) for t in side) for side in (true, predicted))
    assert right > 0
    assert entity_f1(true, predicted) == pytest.approx(
        {"precision": right / n_predicted, "recall": right / n_true, "f1": 2 * right / (n_true + n_predicted)}
    )


def test_the_same_span_in_another_sentence_is_not_right():
    assert entity_f1([["B-PER"], ["O"]], [["O"], ["B-PER"]]) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_nothing_true_or_nothing_predicted():
    zero = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert entity_f1([["O"]], [["B-PER"]]) == zero
    assert entity_f1([["B-PER"]], [["O"]]) == zero
    assert entity_f1([["O"]], [["O"]]) == zero
    assert entity_f1([], []) == zero


def test_lengths_must_agree():
    for true, predicted in [([["O"]], []), ([["O", "O"]], [["O"]]), ([["O"], ["O", "O"]], [["O", "O"], ["O"]])]:
        with pytest.raises(ValueError):
            entity_f1(true, predicted)
