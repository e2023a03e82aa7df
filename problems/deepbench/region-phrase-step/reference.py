import torch
import torch.nn.functional as F


def region_phrase_step(
    vectors: torch.Tensor, regions: torch.Tensor, phrases: torch.Tensor, matches: torch.Tensor, lr: float
) -> tuple[torch.Tensor, float]:
    kept = (phrases != 0).any(dim=1)
    phrases, matches = phrases[kept], matches[:, kept]
    vectors = vectors.detach().requires_grad_()
    real = (phrases != 0).unsqueeze(2)
    pooled = (vectors[phrases] * real).sum(dim=1) / real.sum(dim=1)
    loss = F.binary_cross_entropy_with_logits(regions @ pooled.T, matches.to(regions.dtype))
    (gradient,) = torch.autograd.grad(loss, vectors)
    return vectors.detach() - lr * gradient, loss.item()
