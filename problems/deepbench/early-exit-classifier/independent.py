import torch
from torch import nn


def early_exit(
    blocks: list[nn.Module], heads: list[nn.Module], x: torch.Tensor, threshold: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    for module in (*blocks, *heads):
        module.eval()

    n = x.shape[0]
    classes = torch.zeros(n, dtype=torch.int64, device=x.device)
    probabilities = torch.zeros(n, dtype=torch.float32, device=x.device)
    stages = torch.zeros(n, dtype=torch.int64, device=x.device)

    with torch.no_grad():
        inside = torch.arange(n, device=x.device)
        rows = x.clone()  # modules may work in place
        for s, (block, head) in enumerate(zip(blocks, heads)):
            if inside.numel() == 0:
                break
            rows = block(rows)
            softmax = torch.softmax(head(rows.clone()), dim=1)
            best_class = softmax.argmax(dim=1)
            best = softmax.gather(1, best_class[:, None])[:, 0]
            if s == len(blocks) - 1:
                leave = torch.ones_like(best, dtype=torch.bool)
            else:
                leave = best >= threshold
            gone = inside[leave]
            classes[gone] = best_class[leave]
            probabilities[gone] = best[leave].to(torch.float32)
            stages[gone] = s
            inside = inside[~leave]
            rows = rows[~leave]
    return classes, probabilities, stages
