import torch


def sample_next(
    logits: torch.Tensor,
    uniforms: torch.Tensor,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> torch.Tensor:
    if temperature < 0 or top_k < 0 or not 0 < top_p <= 1:
        raise ValueError("temperature and top_k must not be negative, and top_p must be in (0, 1]")
    ranked, ids = torch.sort(logits.double(), dim=1, descending=True, stable=True)
    if temperature == 0:
        return ids[:, 0]
    # Logits relative to the greatest: dividing the raw ones by a tiny temperature could overflow.
    p = torch.softmax((ranked - ranked[:, :1]) / temperature, dim=1)
    if top_k > 0:
        p, ids = p[:, :top_k], ids[:, :top_k]
        p = p / p.sum(dim=1, keepdim=True)
    if top_p < 1:
        p = p * (p.cumsum(dim=1) - p < top_p)
        p = p / p.sum(dim=1, keepdim=True)
    passed = p.cumsum(dim=1) <= uniforms.double()[:, None]
    last = (p > 0).sum(dim=1) - 1
    rank = torch.minimum(passed.sum(dim=1), last)
    return ids.gather(1, rank[:, None]).squeeze(1)
