import torch
from torch import nn
from torch.nn import functional as F


def accumulated_gradients(
    model: nn.Module,
    micro_batches: list[tuple[torch.Tensor, torch.Tensor]],
    ignore_index: int = -100,
) -> tuple[float, dict[str, torch.Tensor]]:
    counts = [int((targets != ignore_index).sum()) for _, targets in micro_batches]
    total = sum(counts)
    if total == 0:
        raise ValueError("no token to learn from")

    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    parameters = [p for _, p in named]
    gradients = [torch.zeros_like(p.detach()) for p in parameters]
    loss = 0.0

    with torch.enable_grad():
        for (tokens, targets), count in zip(micro_batches, counts):
            logits = model(tokens)
            if count == 0:
                continue
            if logits.dtype in (torch.float16, torch.bfloat16):
                logits = logits.float()
            part = (
                F.cross_entropy(
                    logits.reshape(-1, logits.shape[-1]),
                    targets.reshape(-1),
                    ignore_index=ignore_index,
                    reduction="sum",
                )
                / total
            )
            loss += part.item()
            if parameters:
                for sum_, g in zip(gradients, torch.autograd.grad(part, parameters, allow_unused=True)):
                    if g is not None:
                        sum_.add_(g)

    return loss, {name: g.detach() for (name, _), g in zip(named, gradients)}
