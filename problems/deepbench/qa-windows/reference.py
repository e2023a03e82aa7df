import numpy as np


def make_windows(
    question: list[int],
    context: list[int],
    answer: tuple[int, int] | None,
    max_len: int,
    stride: int,
    special: tuple[int, int, int],
) -> dict[str, np.ndarray]:
    begin, sep, pad = special
    head = [begin, *question, sep]
    room = max_len - len(head) - 1
    if room < stride:
        raise ValueError("the context's pieces would have gaps between them")
    rows: dict[str, list] = {"ids": [], "context_index": [], "start": [], "end": []}
    for first in range(0, max(len(context) - room, 0) + stride, stride):
        piece = context[first : first + room]
        padding = room - len(piece)
        rows["ids"].append([*head, *piece, sep, *[pad] * padding])
        index = range(first, first + len(piece))
        rows["context_index"].append([*[-1] * len(head), *index, *[-1] * (1 + padding)])
        inside = answer is not None and answer[0] in index and answer[1] in index
        rows["start"].append(len(head) + answer[0] - first if inside else 0)
        rows["end"].append(len(head) + answer[1] - first if inside else 0)
    return {key: np.array(values, dtype=np.int64) for key, values in rows.items()}


def best_answer(
    start_scores: np.ndarray, end_scores: np.ndarray, context_index: np.ndarray, max_tokens: int
) -> tuple[int, int] | None:
    best, answer = (start_scores[:, 0] + end_scores[:, 0]).min(), None
    for starts, ends, index in zip(start_scores, end_scores, context_index):
        places = np.flatnonzero(index >= 0).tolist()
        for n, i in enumerate(places):
            for j in places[n : n + max_tokens]:
                if starts[i] + ends[j] > best:
                    best, answer = starts[i] + ends[j], (int(index[i]), int(index[j]))
    return answer
