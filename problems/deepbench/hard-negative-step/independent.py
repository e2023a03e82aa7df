import torch
from torch.nn import functional as F


def hard_negative_step(
    weight: torch.Tensor,
    bias: torch.Tensor,
    features: torch.Tensor,
    labels: torch.Tensor,
    lr: float,
    ratio: int = 3,
    least: int = 1,
) -> tuple[torch.Tensor, torch.Tensor, float, torch.Tensor]:
    w = weight.detach().clone().requires_grad_(True)
    b = bias.detach().clone().requires_grad_(True)
    features = features.detach()

    with torch.no_grad():
        logits = F.linear(features, w, b)
        losses = F.cross_entropy(logits.flatten(0, 1), labels.clamp(min=0).flatten(), reduction="none")
        losses = losses.view(labels.shape)
        used = labels > 0
        for i in range(labels.shape[0]):
            wanted = max(ratio * int((labels[i] > 0).sum()), least)
            negatives = (labels[i] == 0).nonzero(as_tuple=True)[0]
            order = torch.sort(losses[i][negatives], descending=True, stable=True).indices
            used[i, negatives[order[:wanted]]] = True
        positives = max(int((labels > 0).sum()), 1)

    with torch.enable_grad():
        logits = F.linear(features[used], w, b)
        loss = F.cross_entropy(logits, labels[used], reduction="sum") / positives
        grad_w, grad_b = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        new_weight = w - lr * grad_w
        new_bias = b - lr * grad_b
    return new_weight.detach(), new_bias.detach(), loss.item(), used
