import torch
import torch.nn.functional as F


def hard_negative_step(
    weight: torch.Tensor,
    bias: torch.Tensor,
    features: torch.Tensor,
    labels: torch.Tensor,
    lr: float,
    ratio: int = 3,
    least: int = 1,
) -> tuple[torch.Tensor, torch.Tensor, float, torch.Tensor]:
    parameters = [tensor.detach().requires_grad_() for tensor in (weight, bias)]
    logits = features @ parameters[0].T + parameters[1]
    losses = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-1, reduction="none")
    positive, negative = labels > 0, labels == 0
    wanted = (ratio * positive.sum(dim=1, keepdim=True)).clamp_min(least)
    hardness = losses.masked_fill(~negative, -torch.inf)
    rank = hardness.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    used = positive | negative & (rank < wanted)
    loss = losses[used].sum() / positive.sum().clamp_min(1)
    gradients = torch.autograd.grad(loss, parameters)
    new_weight, new_bias = (p.detach() - lr * gradient for p, gradient in zip(parameters, gradients))
    return new_weight, new_bias, loss.item(), used
