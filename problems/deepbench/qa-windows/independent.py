import numpy as np


def make_windows(
    question: list[int],
    context: list[int],
    answer: tuple[int, int] | None,
    max_len: int,
    stride: int,
    special: tuple[int, int, int],
) -> dict[str, np.ndarray]:
    begin_token, sep, pad = special
    room = max_len - len(question) - 3
    if room < 1:
        raise ValueError(f"no room for the context: the question has {len(question)} tokens, max_len is {max_len}")
    if stride > room:
        raise ValueError(f"stride {stride} is greater than the room of {room} tokens")

    begins = [0]
    while begins[-1] + room < len(context):
        begins.append(begins[-1] + stride)

    offset = len(question) + 2  # place of the piece in the window
    n = len(begins)
    ids = np.full((n, max_len), pad, dtype=np.int64)
    context_index = np.full((n, max_len), -1, dtype=np.int64)
    start = np.zeros(n, dtype=np.int64)
    end = np.zeros(n, dtype=np.int64)
    for i, begin in enumerate(begins):
        piece = list(context[begin : begin + room])
        window = [begin_token, *question, sep, *piece, sep]
        ids[i, : len(window)] = window
        context_index[i, offset : offset + len(piece)] = np.arange(begin, begin + len(piece))
        if answer is not None and begin <= answer[0] and answer[1] < begin + len(piece):
            start[i] = offset + answer[0] - begin
            end[i] = offset + answer[1] - begin
    return {"ids": ids, "context_index": context_index, "start": start, "end": end}


def best_answer(
    start_scores: np.ndarray, end_scores: np.ndarray, context_index: np.ndarray, max_tokens: int
) -> tuple[int, int] | None:
    best = None
    best_score = -np.inf
    for starts, ends, index in zip(start_scores, end_scores, context_index):
        places = np.flatnonzero(index >= 0)  # one piece, without gaps
        starts, ends, index = starts[places], ends[places], index[places]
        for i in range(len(places)):
            sums = starts[i] + ends[i : i + max_tokens]
            j = int(np.argmax(sums))  # the first of equal ones
            if best is None or sums[j] > best_score:
                best_score = sums[j]
                best = (int(index[i]), int(index[i + j]))
    if best is None:
        return None
    no_answer = np.min(start_scores[:, 0] + end_scores[:, 0])
    return None if no_answer >= best_score else best
