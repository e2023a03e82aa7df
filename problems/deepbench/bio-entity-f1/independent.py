def entities(tags: list[str]) -> list[tuple[int, int, str]]:
    found = []
    start, kind = None, None
    for i, tag in enumerate(tags):
        if tag == "O":
            if start is not None:
                found.append((start, i, kind))
            start, kind = None, None
            continue
        prefix, _, new_kind = tag.partition("-")
        if prefix == "I" and start is not None and new_kind == kind:
            continue
        if start is not None:
            found.append((start, i, kind))
        start, kind = i, new_kind
    if start is not None:
        found.append((start, len(tags), kind))
    return found


def entity_f1(true: list[list[str]], predicted: list[list[str]]) -> dict[str, float]:
    if len(true) != len(predicted):
        raise ValueError("the numbers of sentences differ")
    if any(len(t) != len(p) for t, p in zip(true, predicted)):
        raise ValueError("the lengths of two sentences differ")
    right = n_true = n_predicted = 0
    for t, p in zip(true, predicted):
        true_set, predicted_set = set(entities(t)), set(entities(p))
        right += len(true_set & predicted_set)
        n_true += len(true_set)
        n_predicted += len(predicted_set)

    def ratio(a: int, b: int) -> float:
        return a / b if b else 0.0

    return {
        "precision": ratio(right, n_predicted),
        "recall": ratio(right, n_true),
        "f1": ratio(2 * right, n_true + n_predicted),
    }
