import numpy as np

B, M, E, S = range(4)


def word_score(scores: np.ndarray, start: int, end: int) -> float:
    if end - start == 1:
        return float(scores[start, S])
    middle = scores[start + 1 : end - 1, M].sum(dtype=np.float64)
    return float(scores[start, B]) + float(middle) + float(scores[end - 1, E])


def cut_words(text: str, scores: np.ndarray, max_length: int) -> list[str]:
    n = len(text)
    best = [float("-inf")] * (n + 1)  # best[i]: score of the best way to cut the first i characters
    best[0] = 0.0
    begin = [0] * (n + 1)  # begin[i]: where the last word of that way begins
    for end in range(1, n + 1):
        for start in range(max(0, end - max_length), end):
            score = best[start] + word_score(scores, start, end)
            if score > best[end]:
                best[end] = score
                begin[end] = start

    words = []
    end = n
    while end > 0:
        words.append(text[begin[end] : end])
        end = begin[end]
    return words[::-1]
