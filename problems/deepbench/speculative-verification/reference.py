import torch


def sample(weights: torch.Tensor, uniform: float) -> int:
    sums = weights.cumsum(dim=0)
    return int(torch.searchsorted(sums, uniform * sums[-1], right=True))


def verify(draft: list[int], draft_probs: torch.Tensor, target_probs: torch.Tensor, uniforms: list[float]) -> list[int]:
    for i, token in enumerate(draft):
        if uniforms[i] * draft_probs[i, token] >= target_probs[i, token]:
            rest = (target_probs[i] - draft_probs[i]).clamp_min(0)
            return [*draft[:i], sample(rest, uniforms[-1])]
    return [*draft, sample(target_probs[-1], uniforms[-1])]
