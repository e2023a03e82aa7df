import math

import torch
import torch.nn.functional as F


def arc_margin_logits(
    embeddings: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor, scale: float = 64.0, margin: float = 0.5
) -> torch.Tensor:
    cosine = F.normalize(embeddings) @ F.normalize(weight).T
    # The limit stands inside the root: the slope of sqrt at 0 is infinite.
    sine = (1 - cosine**2).clamp_min(1e-9).sqrt()
    turned = cosine * math.cos(margin) - sine * math.sin(margin)
    turned = torch.where(cosine > -math.cos(margin), turned, cosine - margin * math.sin(margin))
    own = F.one_hot(labels, len(weight)).bool()
    return scale * torch.where(own, turned, cosine)
