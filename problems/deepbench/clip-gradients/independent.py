import math

import torch


def _scale(gradient: torch.Tensor, max_norm: float, largest: float, relative_norm: float) -> torch.Tensor:
    values = gradient.double()
    norm = largest * relative_norm
    factor = max_norm / norm
    if math.isfinite(norm) and factor > 1e-290:
        values = values * factor
    else:  # the factor itself would leave float64's range: apply mantissa and exponent one after the other
        a, ea = math.frexp(max_norm)
        b, eb = math.frexp(largest)
        c, ec = math.frexp(relative_norm)
        exponent = ea - eb - ec
        half = exponent // 2
        values = values * math.ldexp(1.0, half) * (a / (b * c)) * math.ldexp(1.0, exponent - half)
    return values.to(gradient.dtype)


def clip_by_global_norm(
    gradients: list[torch.Tensor | None], max_norm: float
) -> tuple[list[torch.Tensor | None], float]:
    if not max_norm > 0:
        raise ValueError("max_norm must be positive")
    max_norm = float(max_norm)

    with torch.no_grad():
        present = [g.detach() for g in gradients if g is not None and g.numel() > 0]
        if any(bool(torch.isnan(g).any()) for g in present):
            return [None] * len(gradients), math.nan
        if any(bool(torch.isinf(g).any()) for g in present):
            return [None] * len(gradients), math.inf

        largest = max((g.abs().max().item() for g in present), default=0.0)
        if largest == 0.0:
            norm = 0.0
        else:
            # Divided by the largest entry, squares neither overflow nor vanish where they matter.
            total = sum((g.double() / largest).square().sum().item() for g in present)
            relative_norm = math.sqrt(total)
            norm = largest * relative_norm

        if norm <= max_norm:
            clipped = [None if g is None else g.detach().clone() for g in gradients]
        else:
            clipped = [None if g is None else _scale(g.detach(), max_norm, largest, relative_norm) for g in gradients]
    return clipped, float(norm)
