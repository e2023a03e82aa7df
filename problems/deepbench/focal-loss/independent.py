import torch


def focal_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma: float = 2.0,
    class_weights: torch.Tensor | None = None,
) -> torch.Tensor:
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, but is {gamma}")
    if logits.ndim != 2:
        raise ValueError(f"logits must be of shape (N, C), but are of shape {tuple(logits.shape)}")
    dtype = logits.dtype
    if dtype in (torch.float16, torch.bfloat16):
        logits = logits.float()

    log_probs = torch.log_softmax(logits, dim=1)
    index = targets.unsqueeze(1)
    log_p = log_probs.gather(1, index).squeeze(1)
    losses = -log_p
    if gamma != 0 and logits.shape[1] > 1:
        # log(1 - p) from the other classes: neither it nor its gradient breaks down where p is 1,
        # where the gradient of (1 - p) ** gamma is infinite for gamma < 1.
        target_mask = torch.zeros_like(log_probs, dtype=torch.bool).scatter(1, index, True)
        log_rest = log_probs.masked_fill(target_mask, float("-inf")).logsumexp(dim=1)
        losses = losses * torch.exp(gamma * log_rest)
    if class_weights is not None:
        losses = losses * class_weights.to(losses)[targets]
    return losses.mean().to(dtype)
