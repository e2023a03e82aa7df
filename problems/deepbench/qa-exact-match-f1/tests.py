import math
import random
import string

import pytest
from solution import answer_scores, normalise


def normal(answer):
    answer = answer.lower()
    for mark in string.punctuation:
        answer = answer.replace(mark, "")
    return [word for word in answer.split() if word not in ("a", "an", "the")]


def by_hand(predictions, answers):
    exact, f1 = [], []
    for question, true in answers.items():
        found = [(0.0, 0.0)]
        for answer in true if question in predictions else []:
            a, b = normal(predictions[question]), normal(answer)
            left, common = list(b), 0
            for word in a:
                if word in left:
                    left.remove(word)
                    common += 1
            found.append((float(a == b), 2 * common / (len(a) + len(b)) if a or b else 1.0))
        exact.append(max(e for e, _ in found))
        f1.append(max(f for _, f in found))
    return {"exact_match": 100 * sum(exact) / len(exact), "f1": 100 * sum(f1) / len(f1)}


def test_normalise_by_hand():
    assert normalise("The  Cat, an Actor!") == "cat actor"
    assert normalise("a\tb\nTHE c") == "b c"
    assert normalise("U.S. e-mail") == "us email"
    assert normalise("anthem theory banana") == "anthem theory banana"
    assert normalise("The") == ""


def test_punctuation_goes_before_articles():
    assert normalise("a-b 'the' A. an!") == "ab"


def test_scores_by_hand():
    got = answer_scores({"q": "the big red dog", "r": "Paris."}, {"q": ["red dogs", "a red dog house"], "r": ["paris"]})
    # "big red dog" against "red dog house": 2 of 3 and 3 words.
    assert got == pytest.approx({"exact_match": 50.0, "f1": 100 * (2 / 3 + 1) / 2})


def test_random_answers():
    rng = random.Random(0)
    words = ["the", "A", "cat", "cat's", "dog", "dog,", "red", "Red", "!"]

    def pick():
        return " ".join(rng.choices(words, k=rng.randrange(5)))

    answers = {str(i): [pick() for _ in range(rng.randrange(1, 4))] for i in range(40)}
    predictions = {str(i): pick() for i in range(5, 45)}
    got = answer_scores(predictions, answers)
    assert got == pytest.approx(by_hand(predictions, answers))
    assert all(isinstance(value, float) for value in got.values())


def test_exact_match_and_f1_may_come_from_different_answers():
    got = answer_scores({"q": "x y z"}, {"q": ["q", "x y z w"]})
    assert got == pytest.approx({"exact_match": 0.0, "f1": 100 * 6 / 7})


def test_repeated_words_count_as_often_as_they_are_in_both():
    assert answer_scores({"q": "x x x"}, {"q": ["x x y"]})["f1"] == pytest.approx(100 * 4 / 6)


def test_order_matters_for_exact_match_only():
    assert answer_scores({"q": "x y"}, {"q": ["y x"]}) == {"exact_match": 0.0, "f1": 100.0}


def test_questions_without_an_answer():
    answers = {"q": [""], "r": [""], "s": ["yes"]}
    got = answer_scores({"q": "the", "r": "maybe", "s": ""}, answers)
    assert got == pytest.approx({"exact_match": 100 / 3, "f1": 100 / 3})


def test_questions_without_a_prediction():
    got = answer_scores({"other": "x"}, {"q": [""], "r": ["x"]})
    assert got == {"exact_match": 0.0, "f1": 0.0}


def test_no_questions():
    assert all(math.isnan(value) for value in answer_scores({"q": "x"}, {}).values())
