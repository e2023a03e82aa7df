import torch
from torch import nn


@torch.no_grad()
def early_exit(
    blocks: list[nn.Module], heads: list[nn.Module], x: torch.Tensor, threshold: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    classes = torch.empty(len(x), dtype=torch.int64)
    confidences = torch.empty(len(x))
    exits = torch.empty(len(x), dtype=torch.int64)
    inside = torch.arange(len(x))
    for stage, (block, head) in enumerate(zip(blocks, heads, strict=True)):
        if len(inside) == 0:
            break
        x = block.eval()(x)
        confidence, label = head.eval()(x).softmax(dim=1).max(dim=1)
        leaves = (confidence >= threshold) | (stage == len(blocks) - 1)
        rows = inside[leaves]
        classes[rows], confidences[rows], exits[rows] = label[leaves], confidence[leaves], stage
        inside, x = inside[~leaves], x[~leaves]
    return classes, confidences, exits
