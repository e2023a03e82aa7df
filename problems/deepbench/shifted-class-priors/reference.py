import numpy as np
from scipy.special import log_softmax


def reweight(log_probs: np.ndarray, train_priors: np.ndarray, new_priors: np.ndarray) -> np.ndarray:
    return log_softmax(log_probs + np.log(new_priors) - np.log(train_priors), axis=1)


def estimate_priors(
    log_probs: np.ndarray, train_priors: np.ndarray, max_iterations: int = 100, tolerance: float = 1e-8
) -> np.ndarray:
    priors = train_priors.astype(np.float64)
    for _ in range(max_iterations):
        before = priors
        priors = np.exp(reweight(log_probs, train_priors, before)).mean(axis=0)
        if np.abs(priors - before).max() <= tolerance:
            break
    return priors
