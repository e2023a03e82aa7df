import numpy as np


def score_session(session: list[int], cooccurrence: np.ndarray, decay: float) -> np.ndarray:
    scores = np.zeros(cooccurrence.shape[0], dtype=np.float64)
    weight = 1.0
    for click in reversed(session):
        scores += weight * cooccurrence[click]
        weight *= decay
    scores[np.array(session, dtype=np.int64)] = -np.inf
    return scores
