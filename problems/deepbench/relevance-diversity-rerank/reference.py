import torch
from torch.nn import functional as F


def rerank(scores: torch.Tensor, embeddings: torch.Tensor, k: int, trade_off: float) -> list[int]:
    unit = F.normalize(embeddings)
    similarity = unit @ unit.T
    chosen: list[int] = []
    left = list(range(len(scores)))
    for _ in range(k):
        value = trade_off * scores
        if chosen:
            value = value - (1 - trade_off) * similarity[:, chosen].amax(dim=1)
        # max gives the first of equal values, which argmax of a tensor does not promise.
        best = max(left, key=value.tolist().__getitem__)
        chosen.append(best)
        left.remove(best)
    return chosen
