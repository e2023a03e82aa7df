import numpy as np


def ctc_log_probability(log_probs: np.ndarray, labels: list[int]) -> float:
    symbols = [0]
    for label in labels:
        symbols += [label, 0]
    # A path may step over a blank between two different labels.
    skip = np.array([s != symbols[max(i - 2, 0)] for i, s in enumerate(symbols)])
    # Two positions in front that no path is in, so that all have two predecessors.
    state = np.full(len(symbols) + 2, -np.inf)
    state[1] = 0.0
    for frame in log_probs:
        reached = np.logaddexp(state[2:], state[1:-1])
        state[2:] = np.where(skip, np.logaddexp(reached, state[:-2]), reached) + frame[symbols]
        state[1] = -np.inf
    return float(np.logaddexp(state[-1], state[-2]))


def read_words(
    crops: list[np.ndarray], lexicon: list[str], alphabet: str, min_log_probability: float
) -> list[str | None]:
    words: list[str | None] = []
    for crop in crops:
        scores = {
            word: ctc_log_probability(crop, [alphabet.index(c) + 1 for c in word])
            for word in lexicon
            if set(word) <= set(alphabet)
        }
        best = max(scores, key=scores.__getitem__, default=None)
        words.append(best if best is not None and scores[best] >= min_log_probability else None)
    return words
