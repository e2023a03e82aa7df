import numpy as np


def calibration_report(logits: np.ndarray, labels: np.ndarray, n_bins: int = 15) -> dict:
    logits = np.asarray(logits)
    labels = np.asarray(labels)
    if logits.ndim != 2:
        raise ValueError("logits must have two dimensions")
    n = logits.shape[0]
    if n == 0:
        raise ValueError("there are no samples")
    if labels.shape != (n,):
        raise ValueError("labels must have shape (N,)")
    if n_bins < 1:
        raise ValueError("n_bins must be at least 1")

    z = logits.astype(np.float64)
    z = z - z.max(axis=1, keepdims=True)
    confidence = 1.0 / np.exp(z).sum(axis=1)
    right = (z.argmax(axis=1) == labels).astype(np.float64)

    edges = np.arange(1, n_bins + 1) / n_bins  # right, inclusive edges
    index = np.minimum(np.searchsorted(edges, confidence, side="left"), n_bins - 1)
    counts = np.bincount(index, minlength=n_bins)

    def error(members: np.ndarray) -> float:
        return abs(float(right[members].mean()) - float(confidence[members].mean()))

    ece, mce = 0.0, 0.0
    for b in np.flatnonzero(counts):
        e = error(np.flatnonzero(index == b))
        ece += e * int(counts[b]) / n
        mce = max(mce, e)

    ace = 0.0
    order = np.argsort(confidence, kind="stable")
    for members in np.array_split(order, n_bins):
        if len(members):
            ace += error(members) * len(members) / n

    return {"ece": float(ece), "mce": float(mce), "counts": [int(c) for c in counts], "ace": float(ace)}
