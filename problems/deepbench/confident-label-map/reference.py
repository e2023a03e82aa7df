import torch


def label_map(logits: torch.Tensor, min_probability: float) -> torch.Tensor:
    probability, label = logits.softmax(dim=1).max(dim=1)
    return torch.where(probability >= min_probability, label, 255).to(torch.uint8)
