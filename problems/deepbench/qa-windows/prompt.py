import numpy as np


def make_windows(
    question: list[int],
    context: list[int],
    answer: tuple[int, int] | None,
    max_len: int,
    stride: int,
    special: tuple[int, int, int],
) -> dict[str, np.ndarray]:
    """Inputs and targets for a reader that marks the answer in a context which is too long for it.

    With (begin, sep, pad) = ``special``, a window is: begin, the question, sep, a piece of the context, sep, then pad up
    to ``max_len``. A piece has as many tokens as there is room for. The first piece begins at 0 and each further one
    ``stride`` tokens after the one before; the first piece that reaches the context's end is the last.

    Args:
        question, context: token ids, the context at least one.
        answer: (first, last) index of the answer in the context, last included; None if there is no answer.
        stride: at least 1.

    Returns:
        With N windows:

        - "ids": int64 (N, max_len).
        - "context_index": int64 (N, max_len), each context token's index in the context; -1 at all other places.
        - "start", "end": int64 (N,), where in the window the answer's first and last token are; both 0 in a window that
          does not have all of the answer.

    Raises:
        ValueError: if there is no room for any context token, or ``stride`` is greater than the room.
    """


def best_answer(
    start_scores: np.ndarray, end_scores: np.ndarray, context_index: np.ndarray, max_tokens: int
) -> tuple[int, int] | None:
    """The answer with the best score over all windows of a context, as (first, last) index in the context.

    A candidate is a pair of places i <= j in one window, both with a context token, with at most ``max_tokens`` (>= 1)
    tokens from i to j; its score is start_scores[n, i] + end_scores[n, j]. Of equal scores, the first window's counts,
    then the smallest i, then the smallest j. The score of "no answer" is the smallest over all windows n of
    start_scores[n, 0] + end_scores[n, 0]; if it is at least the best candidate's, the result is None.

    Args:
        start_scores, end_scores: float64 (N, L), not NaN.
        context_index: int64 (N, L), as made by :func:`make_windows`.

    Returns:
        Plain ``int`` numbers, or None.
    """
