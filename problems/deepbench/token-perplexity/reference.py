import math

import torch
import torch.nn.functional as F


class Perplexity:
    def __init__(self) -> None:
        self._tokens = 0
        self._nll = 0.0

    @torch.no_grad()
    def update(self, logits: torch.Tensor, input_ids: torch.Tensor, mask: torch.Tensor) -> None:
        if not input_ids.shape == mask.shape == logits.shape[:2]:
            raise ValueError("input_ids and mask must have the first two dimensions of logits")
        real = mask.bool()
        counted = real[:, 1:] & real[:, :-1]
        # Selected, not multiplied by the mask: NaN times 0 is NaN.
        nll = F.cross_entropy(logits[:, :-1][counted].float(), input_ids[:, 1:][counted], reduction="none")
        self._tokens += len(nll)
        self._nll += nll.double().sum().item()

    def compute(self) -> dict[str, float]:
        if self._tokens == 0:
            return {"tokens": 0, "nll": math.nan, "perplexity": math.nan}
        nll = self._nll / self._tokens
        try:
            perplexity = math.exp(nll)
        except OverflowError:
            perplexity = math.inf
        return {"tokens": self._tokens, "nll": nll, "perplexity": perplexity}
