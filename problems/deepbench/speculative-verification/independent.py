import torch


def sample(weights: torch.Tensor, uniform: float) -> int:
    sums = weights.detach().cumsum(dim=0)
    # The last sum as the total: so the sums and the total are rounded alike.
    token = int((sums <= uniform * float(sums[-1])).sum())
    # If rounding leaves no sum above the limit, it is the last token that can be drawn.
    last = int(weights.nonzero()[-1])
    return min(token, last)


def verify(draft: list[int], draft_probs: torch.Tensor, target_probs: torch.Tensor, uniforms: list[float]) -> list[int]:
    n_draft = len(draft)
    result: list[int] = []
    for i, token in enumerate(draft):
        q = float(draft_probs[i, token])
        p = float(target_probs[i, token])
        if uniforms[i] * q < p:
            result.append(int(token))
            continue
        residual = (target_probs[i] - draft_probs[i]).clamp(min=0)
        if not bool((residual > 0).any()):  # both models agree; nothing is left but the target itself
            residual = target_probs[i]
        result.append(sample(residual, uniforms[n_draft]))
        return result
    result.append(sample(target_probs[n_draft], uniforms[n_draft]))
    return result
