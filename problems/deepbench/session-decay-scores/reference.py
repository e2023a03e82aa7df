import numpy as np


def score_session(session: list[int], cooccurrence: np.ndarray, decay: float) -> np.ndarray:
    scores = np.zeros(len(cooccurrence))
    for click in session:
        scores = scores * decay + cooccurrence[click]
    scores[session] = -np.inf
    return scores
