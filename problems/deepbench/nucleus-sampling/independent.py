import torch


def sample_next(
    logits: torch.Tensor,
    uniforms: torch.Tensor,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> torch.Tensor:
    if not temperature >= 0:
        raise ValueError(f"temperature must not be negative, got {temperature}")
    if top_k < 0:
        raise ValueError(f"top_k must not be negative, got {top_k}")
    if not 0 < top_p <= 1:
        raise ValueError(f"top_p must be in (0, 1], got {top_p}")

    values = logits.detach().to(torch.float64)
    ranked, ids = torch.sort(values, dim=-1, descending=True, stable=True)
    if temperature == 0:
        return ids[:, 0].clone()

    # The greatest logit is subtracted before the division, which could overflow otherwise.
    scaled = (ranked - ranked[:, :1]) / temperature
    scaled = scaled.masked_fill(ranked == float("-inf"), float("-inf"))
    probabilities = torch.softmax(scaled, dim=-1)
    if top_k and top_k < probabilities.shape[-1]:
        probabilities = probabilities[:, :top_k]
        probabilities = probabilities / probabilities.sum(dim=-1, keepdim=True)
    if top_p < 1:
        running = probabilities.cumsum(dim=-1)
        before = torch.cat([torch.zeros_like(running[:, :1]), running[:, :-1]], dim=-1)
        probabilities = probabilities.masked_fill(before >= top_p, 0.0)
        probabilities = probabilities / probabilities.sum(dim=-1, keepdim=True)

    running = probabilities.cumsum(dim=-1)
    rank = (running <= uniforms.to(torch.float64)[:, None]).sum(dim=-1)
    last = (probabilities > 0).sum(dim=-1) - 1  # ranks with a positive probability form a prefix
    rank = torch.minimum(rank, last)
    return ids.gather(1, rank[:, None])[:, 0]
