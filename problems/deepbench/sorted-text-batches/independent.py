import torch
from torch import nn


@torch.no_grad()
def classify(
    embedding: nn.Embedding, head: nn.Linear, texts: list[list[int]], max_batch: int
) -> tuple[torch.Tensor, int]:
    device = embedding.weight.device
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts = []
    padding = 0
    for start in range(0, len(order), max_batch):
        batch = [texts[i] for i in order[start : start + max_batch]]
        longest = len(batch[-1])
        ids = torch.zeros((len(batch), longest), dtype=torch.int64, device=device)
        for row, text in enumerate(batch):
            ids[row, : len(text)] = torch.tensor(text, dtype=torch.int64, device=device)
            padding += longest - len(text)
        lengths = torch.tensor([len(text) for text in batch], device=device)
        # By position, not by id: a 0 inside a text counts.
        is_padding = torch.arange(longest, device=device)[None, :] >= lengths[:, None]
        vectors = embedding(ids).masked_fill(is_padding[:, :, None], 0.0)
        parts.append(head(vectors.sum(dim=1) / lengths.clamp(min=1)[:, None]))
    in_order = torch.cat(parts)
    logits = torch.empty_like(in_order)
    logits[torch.tensor(order, device=device)] = in_order
    return logits, padding
