import numpy as np


def ensemble_predict(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    logits = logits.astype(np.float64)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    probabilities = (weights / weights.sum(axis=2, keepdims=True)).mean(axis=0)
    return probabilities, probabilities.argmax(axis=1)
