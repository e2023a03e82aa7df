import string
from collections import Counter


def normalise(answer: str) -> str:
    kept = "".join(character for character in answer.lower() if character not in string.punctuation)
    return " ".join(word for word in kept.split() if word not in ("a", "an", "the"))


def _f1(predicted: str, true: str) -> float:
    a, b = predicted.split(), true.split()
    if not a or not b:
        return float(a == b)
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))


def answer_scores(predictions: dict[str, str], answers: dict[str, list[str]]) -> dict[str, float]:
    exact = f1 = 0.0
    for question, true in answers.items():
        if question in predictions:
            predicted = normalise(predictions[question])
            exact += max(predicted == normalise(answer) for answer in true)
            f1 += max(_f1(predicted, normalise(answer)) for answer in true)
    n = len(answers) or float("nan")
    return {"exact_match": 100 * exact / n, "f1": 100 * f1 / n}
