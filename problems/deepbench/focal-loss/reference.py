import torch
import torch.nn.functional as F


def focal_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma: float = 2.0,
    class_weights: torch.Tensor | None = None,
) -> torch.Tensor:
    if gamma < 0:
        raise ValueError("gamma must not be negative")
    if logits.ndim != 2:
        raise ValueError("logits must have shape (N, C)")
    log_p = F.log_softmax(logits, dim=1).gather(1, targets[:, None]).squeeze(1)
    # expm1 keeps 1 - p exact near p = 1; the clamp keeps the power's gradient finite at 0 for gamma < 1.
    not_p = (-torch.expm1(log_p)).clamp_min(torch.finfo(logits.dtype).tiny)
    loss = -(not_p**gamma) * log_p
    if class_weights is not None:
        loss = loss * class_weights[targets]
    return loss.mean()
