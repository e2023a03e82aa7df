import numpy as np


def _errors(bins: np.ndarray, right: np.ndarray, confidence: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    counts = np.bincount(bins, minlength=n_bins)
    gaps = np.bincount(bins, weights=right - confidence, minlength=n_bins)
    return counts, np.abs(gaps) / np.maximum(counts, 1)


def calibration_report(logits: np.ndarray, labels: np.ndarray, n_bins: int = 15) -> dict:
    if logits.ndim != 2 or len(logits) == 0 or labels.shape != logits.shape[:1]:
        raise ValueError("expected logits (N, C) and labels (N,), with N at least 1")
    if n_bins < 1:
        raise ValueError("n_bins must be at least 1")
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    # The greatest shifted logit is 0, so its probability is 1 / sum.
    confidence = 1 / np.exp(shifted).sum(axis=1)
    right = (logits.argmax(axis=1) == labels).astype(np.float64)
    n = len(labels)

    width_bins = np.ceil(confidence * n_bins).astype(np.int64) - 1
    counts, errors = _errors(width_bins, right, confidence, n_bins)
    sizes = np.full(n_bins, n // n_bins)
    sizes[: n % n_bins] += 1
    order = np.argsort(confidence, kind="stable")
    size_counts, size_errors = _errors(np.repeat(np.arange(n_bins), sizes), right[order], confidence[order], n_bins)
    return {
        "ece": float(errors @ counts / n),
        "mce": float(errors.max()),
        "counts": counts.tolist(),
        "ace": float(size_errors @ size_counts / n),
    }
