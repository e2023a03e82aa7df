import numpy as np


def _log_sum_exp(z: np.ndarray, axis: int) -> np.ndarray:
    top = z.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=axis, keepdims=True))


def _reweight(log_probs: np.ndarray, log_ratio: np.ndarray) -> np.ndarray:
    z = log_probs + log_ratio
    return z - _log_sum_exp(z, axis=1)


def reweight(log_probs: np.ndarray, train_priors: np.ndarray, new_priors: np.ndarray) -> np.ndarray:
    log_probs = np.asarray(log_probs, dtype=np.float64)
    log_train = np.log(np.asarray(train_priors, dtype=np.float64))
    log_new = np.log(np.asarray(new_priors, dtype=np.float64))
    return _reweight(log_probs, log_new - log_train)


def estimate_priors(
    log_probs: np.ndarray, train_priors: np.ndarray, max_iterations: int = 100, tolerance: float = 1e-8
) -> np.ndarray:
    log_probs = np.asarray(log_probs, dtype=np.float64)
    estimate = np.array(train_priors, dtype=np.float64)
    log_train = np.log(estimate)
    log_estimate = log_train  # kept in logs, since a frequency can become too small for a float
    for _ in range(max_iterations):
        posterior = _reweight(log_probs, log_estimate - log_train)
        log_estimate = _log_sum_exp(posterior, axis=0)[0] - np.log(len(log_probs))
        previous, estimate = estimate, np.exp(log_estimate)
        if np.abs(estimate - previous).max() <= tolerance:
            break
    return estimate
