import math

import torch
from torch.nn import functional as F


class Perplexity:
    def __init__(self) -> None:
        self._tokens = 0
        self._nll = 0.0

    @torch.no_grad()
    def update(self, logits: torch.Tensor, input_ids: torch.Tensor, mask: torch.Tensor) -> None:
        shape = logits.shape[:2]
        if input_ids.shape != shape or mask.shape != shape:
            raise ValueError("input_ids and mask must have the shape (B, T) of the logits")
        real = mask != 0
        counted = real[:, 1:] & real[:, :-1]
        rows = logits[:, :-1][counted]
        targets = input_ids[:, 1:][counted].long()
        chunk = max(1, 2**24 // max(1, logits.shape[-1]))
        total = 0.0
        for begin in range(0, targets.shape[0], chunk):
            part = rows[begin : begin + chunk].double()
            total += F.cross_entropy(part, targets[begin : begin + chunk], reduction="sum").item()
        self._tokens += targets.shape[0]
        self._nll += total

    def compute(self) -> dict[str, float]:
        if self._tokens == 0:
            return {"tokens": 0, "nll": math.nan, "perplexity": math.nan}
        nll = self._nll / self._tokens
        try:
            perplexity = math.exp(nll)
        except OverflowError:
            perplexity = math.inf
        return {"tokens": self._tokens, "nll": nll, "perplexity": perplexity}
