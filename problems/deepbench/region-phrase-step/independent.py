import torch
from torch.nn import functional as F


def region_phrase_step(
    vectors: torch.Tensor, regions: torch.Tensor, phrases: torch.Tensor, matches: torch.Tensor, lr: float
) -> tuple[torch.Tensor, float]:
    regions = regions.detach()
    table = vectors.detach().clone().requires_grad_(True)
    taking_part = (phrases != 0).any(dim=1)
    tokens = phrases[taking_part]
    real = tokens != 0

    with torch.enable_grad():
        embedded = table[tokens].masked_fill(~real[..., None], 0.0)
        phrase_vectors = embedded.sum(dim=1) / real.sum(dim=1, keepdim=True)
        scores = regions @ phrase_vectors.T
        loss = F.binary_cross_entropy_with_logits(scores, matches[:, taking_part].to(scores.dtype))
        (gradient,) = torch.autograd.grad(loss, table)
    return table.detach() - lr * gradient, loss.item()
