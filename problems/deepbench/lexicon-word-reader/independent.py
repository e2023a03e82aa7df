import numpy as np


def ctc_log_probability(log_probs: np.ndarray, labels: list[int]) -> float:
    log_probs = np.asarray(log_probs, dtype=np.float64)
    frames = log_probs.shape[0]
    extended = np.zeros(2 * len(labels) + 1, dtype=np.int64)  # blank, label, blank, label, ..., blank
    extended[1::2] = labels
    states = len(extended)
    if frames == 0:
        return 0.0 if states == 1 else float("-inf")
    # A blank between two labels may be skipped unless the labels are equal.
    skip = np.zeros(states, dtype=bool)
    skip[2:] = (extended[2:] != 0) & (extended[2:] != extended[:-2])

    emitted = log_probs[:, extended]  # (T, S)
    alpha = np.full(states, -np.inf)
    alpha[:2] = emitted[0, :2]
    for t in range(1, frames):
        new = alpha.copy()
        new[1:] = np.logaddexp(new[1:], alpha[:-1])
        if states > 2:
            new[2:] = np.logaddexp(new[2:], np.where(skip[2:], alpha[:-2], -np.inf))
        alpha = new + emitted[t]
    result = alpha[-1] if states == 1 else np.logaddexp(alpha[-1], alpha[-2])
    return float(result)


def read_words(
    crops: list[np.ndarray], lexicon: list[str], alphabet: str, min_log_probability: float
) -> list[str | None]:
    symbol = {character: i + 1 for i, character in enumerate(alphabet)}
    candidates = [
        (word, [symbol[character] for character in word])
        for word in lexicon
        if all(character in symbol for character in word)
    ]
    result: list[str | None] = []
    for crop in crops:
        best, best_log = None, -np.inf
        for word, labels in candidates:
            log_probability = ctc_log_probability(crop, labels)
            if log_probability > best_log:
                best, best_log = word, log_probability
        result.append(best if best is not None and best_log >= min_log_probability else None)
    return result
