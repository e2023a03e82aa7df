def edit_distance(a: list[str], b: list[str]) -> int:
    row = list(range(len(b) + 1))
    for i, word in enumerate(a, start=1):
        before, row = row, [i]
        for j, other in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (word != other)))
    return row[-1]


def word_error_rate(references: list[str], hypotheses: list[str]) -> float:
    if len(references) != len(hypotheses):
        raise ValueError("there is not one hypothesis for each reference")
    errors = words = 0
    for reference, hypothesis in zip(references, hypotheses):
        true = reference.lower().split()
        errors += edit_distance(true, hypothesis.lower().split())
        words += len(true)
    return errors / words if words else float("nan")
