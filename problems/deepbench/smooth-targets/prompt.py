import torch


def smooth_targets(labels: torch.Tensor, n_classes: int, smoothing: float = 0.1) -> torch.Tensor:
    """Turn labels into smoothed target distributions: smoothing / n_classes for every class, and 1 - smoothing more for
    the true one.

    Args:
        labels: int64 tensor (N,), 0 … n_classes - 1, or -100 where the label is unknown. It is not changed.
        n_classes: C.
        smoothing: from 0 to 1.

    Returns:
        float32 tensor (N, C); the rows of unknown labels are all 0.
    """
