import torch
from torch import nn


@torch.no_grad()
def classify(
    embedding: nn.Embedding, head: nn.Linear, texts: list[list[int]], max_batch: int
) -> tuple[torch.Tensor, int]:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    logits = torch.empty(len(texts), head.out_features)
    padding = 0
    for start in range(0, len(order), max_batch):
        rows = order[start : start + max_batch]
        lengths = torch.tensor([len(texts[i]) for i in rows])
        width = int(lengths.max())
        ids = torch.tensor([texts[i] + [0] * (width - len(texts[i])) for i in rows], dtype=torch.int64)
        real = torch.arange(width) < lengths[:, None]
        total = (embedding(ids) * real[:, :, None]).sum(dim=1)
        logits[rows] = head(total / lengths.clamp_min(1)[:, None])
        padding += int((~real).sum())
    return logits, padding
