import torch
import torch.nn.functional as F
from torch import nn


def accumulated_gradients(
    model: nn.Module,
    micro_batches: list[tuple[torch.Tensor, torch.Tensor]],
    ignore_index: int = -100,
) -> tuple[float, dict[str, torch.Tensor]]:
    n_tokens = sum(int((targets != ignore_index).sum()) for _, targets in micro_batches)
    if not n_tokens:
        raise ValueError("no token to learn from")
    parameters = dict(model.named_parameters())
    gradients = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}
    loss = 0.0
    for tokens, targets in micro_batches:
        logits = model(tokens)
        # The mean over a micro-batch would weigh its tokens by its size, and be NaN when all are ignored.
        part = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=ignore_index, reduction="sum")
        part = part / n_tokens
        for total, gradient in zip(gradients.values(), torch.autograd.grad(part, list(parameters.values()))):
            total += gradient
        loss += part.item()
    return loss, gradients
