def entities(tags: list[str]) -> list[tuple[int, int, str]]:
    found = []
    start, kind = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        if kind and (prefix != "I" or name != kind):
            found.append((start, i, kind))
            kind = ""
        if not kind:
            start, kind = i, name
    return found


def entity_f1(true: list[list[str]], predicted: list[list[str]]) -> dict[str, float]:
    if [len(tags) for tags in true] != [len(tags) for tags in predicted]:
        raise ValueError("true and predicted tags differ in length")
    truth = {(row, *entity) for row, tags in enumerate(true) for entity in entities(tags)}
    guess = {(row, *entity) for row, tags in enumerate(predicted) for entity in entities(tags)}
    right = len(truth & guess)
    return {
        "precision": right / len(guess) if guess else 0.0,
        "recall": right / len(truth) if truth else 0.0,
        "f1": 2 * right / (len(truth) + len(guess)) if truth or guess else 0.0,
    }
