import string
from collections import Counter

_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(answer: str) -> str:
    words = answer.lower().translate(_PUNCTUATION).split()
    return " ".join(word for word in words if word not in ("a", "an", "the"))


def _f1(one: str, other: str) -> float:
    a, b = one.split(), other.split()
    if not a or not b:
        return float(not a and not b)
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b))


def answer_scores(predictions: dict[str, str], answers: dict[str, list[str]]) -> dict[str, float]:
    if not answers:
        return {"exact_match": float("nan"), "f1": float("nan")}
    exact = f1 = 0.0
    for question, truths in answers.items():
        if question not in predictions:
            continue
        prediction = normalise(predictions[question])
        truths = [normalise(truth) for truth in truths]
        exact += max(float(prediction == truth) for truth in truths)
        f1 += max(_f1(prediction, truth) for truth in truths)
    return {"exact_match": 100 * exact / len(answers), "f1": 100 * f1 / len(answers)}
