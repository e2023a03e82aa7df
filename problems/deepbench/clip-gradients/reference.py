import math

import torch


def clip_by_global_norm(
    gradients: list[torch.Tensor | None], max_norm: float
) -> tuple[list[torch.Tensor | None], float]:
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    norms = [_norm(gradient) for gradient in gradients if gradient is not None]
    # hypot squares without overflow, but says infinity for (infinity, NaN).
    norm = math.nan if any(math.isnan(n) for n in norms) else math.hypot(*norms)
    if not math.isfinite(norm):
        return [None] * len(gradients), norm
    if norm <= max_norm:
        return list(gradients), norm
    factor = max_norm / norm
    return [None if g is None else g * factor for g in gradients], norm


def _norm(gradient: torch.Tensor) -> float:
    values = gradient.detach().double().abs()
    largest = values.max().item() if values.numel() else 0.0
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * (values / largest).square().sum().sqrt().item()
