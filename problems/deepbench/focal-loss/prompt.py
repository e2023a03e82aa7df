import torch


def focal_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma: float = 2.0,
    class_weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Mean multi-class focal loss, computed from raw logits.

    With p the softmax probability of a sample's target class, the sample's loss is
    ``-w * (1 - p) ** gamma * log(p)``, where ``w`` is the target's entry in ``class_weights``
    (1 when no weights are given). The result is the plain mean over the samples: it is not
    divided by the sum of the weights.

    The result and its gradients are finite for logits as large as 1e4 in magnitude.

    Args:
        logits: float tensor of shape (N, C), N >= 1.
        targets: int64 tensor of shape (N,) with values in [0, C).
        gamma: focusing parameter, >= 0. With 0 this is the (weighted) mean cross-entropy.
        class_weights: float tensor of shape (C,), or None.

    Returns:
        A scalar tensor (shape ()) of the dtype of ``logits``, differentiable with respect to ``logits``.

    Raises:
        ValueError: if ``gamma`` is negative, or ``logits`` is not two-dimensional.
    """
