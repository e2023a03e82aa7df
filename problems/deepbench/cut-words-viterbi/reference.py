import numpy as np


def word_score(scores: np.ndarray, start: int, end: int) -> float:
    if end - start == 1:
        return float(scores[start, 3])
    return float(scores[start, 0] + scores[start + 1 : end - 1, 1].sum() + scores[end - 1, 2])


def cut_words(text: str, scores: np.ndarray, max_length: int) -> list[str]:
    best = [0.0]
    starts = [0]
    for end in range(1, len(text) + 1):
        options = [(best[i] + word_score(scores, i, end), i) for i in range(max(0, end - max_length), end)]
        score, start = max(options)
        best.append(score)
        starts.append(start)
    words = []
    end = len(text)
    while end > 0:
        words.append(text[starts[end] : end])
        end = starts[end]
    return words[::-1]
