import string
from collections import Counter


def normalise(answer: str) -> str:
    """An answer made comparable: lower case; then all characters of ``string.punctuation`` removed; then the words "a",
    "an" and "the" removed (whole words only); then the rest joined by single spaces, with none at the ends."""


def answer_scores(predictions: dict[str, str], answers: dict[str, list[str]]) -> dict[str, float]:
    """Exact match and token F1 of a question answering system.

    For a question, both are computed between the normalised prediction and each of its normalised true answers, and the
    best value counts. (A question that has no answer has the one true answer "".)

    - Exact match is 1 if the two are equal, else 0.
    - F1 is 2 * common / (words in the one + words in the other), where common is the number of shared words, each
      counted as often as it occurs in both. If either has no words, F1 is 1 if both have none, else 0.

    Args:
        predictions: answer by question id; may hold questions that are not asked for.
        answers: true answers by question id, at least one for each. A question without a prediction scores 0 in both.

    Returns:
        {"exact_match", "f1"}: the means over the questions in ``answers``, times 100; NaN if there are none.
    """
