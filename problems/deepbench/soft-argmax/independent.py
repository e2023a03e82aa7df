import torch


def soft_argmax(heatmaps: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    if not temperature > 0:
        raise ValueError(f"temperature must be greater than 0, got {temperature}")
    height, width = heatmaps.shape[2:]
    dtype = heatmaps.dtype
    values = heatmaps.float() if dtype in (torch.float16, torch.bfloat16) else heatmaps
    flat = values.flatten(2)
    # The maximum is subtracted before the division, which could overflow otherwise.
    flat = (flat - flat.detach().amax(dim=-1, keepdim=True)) / temperature
    probabilities = torch.softmax(flat, dim=-1).unflatten(2, (height, width))
    xs = (torch.arange(width, dtype=values.dtype, device=values.device) + 0.5) / width
    ys = (torch.arange(height, dtype=values.dtype, device=values.device) + 0.5) / height
    x = (probabilities.sum(dim=2) * xs).sum(dim=-1)
    y = (probabilities.sum(dim=3) * ys).sum(dim=-1)
    return torch.stack([x, y], dim=-1).to(dtype)
