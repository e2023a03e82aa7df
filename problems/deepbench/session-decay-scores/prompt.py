import numpy as np


def score_session(session: list[int], cooccurrence: np.ndarray, decay: float) -> np.ndarray:
    """Scores of all items as the next click of a session.

    An item's score is the sum of cooccurrence[c, item] over the session's clicks c, where the last click has the
    weight 1, the one before it ``decay``, the one before that decay², and so on. An item that was clicked twice counts
    twice. Items of the session get the score -inf: they are not recommended again.

    Args:
        session: item ids, the oldest click first; possibly empty.
        cooccurrence: float64 array (I, I), not changed.
        decay: in (0, 1].

    Returns:
        float64 array (I,).
    """
