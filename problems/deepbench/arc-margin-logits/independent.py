import math

import torch


def _unit_rows(rows: torch.Tensor) -> torch.Tensor:
    # The direction does not depend on the length, so a constant factor (detached) changes neither value nor gradient;
    # it keeps the squares from under- and overflowing.
    largest = rows.detach().abs().amax(dim=1, keepdim=True)
    rows = rows / largest
    return rows / rows.square().sum(dim=1, keepdim=True).sqrt()


def arc_margin_logits(
    embeddings: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor, scale: float = 64.0, margin: float = 0.5
) -> torch.Tensor:
    dtype = embeddings.dtype
    if dtype in (torch.float16, torch.bfloat16):  # 1e-9 is 0 in float16
        embeddings, weight = embeddings.float(), weight.float()
    cosine = _unit_rows(embeddings) @ _unit_rows(weight).t()
    own = cosine.gather(1, labels.unsqueeze(1))
    sine = (1 - own.square()).clamp(min=1e-9).sqrt()
    with_margin = torch.where(
        own > -math.cos(margin),
        own * math.cos(margin) - sine * math.sin(margin),
        own - margin * math.sin(margin),
    )
    return (scale * cosine.scatter(1, labels.unsqueeze(1), with_margin)).to(dtype)
