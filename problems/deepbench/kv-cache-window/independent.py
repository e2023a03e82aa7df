import math

import torch
from torch import nn


class CachedAttention:
    length: int
    cached: int

    def __init__(self, qkv: nn.Linear, out: nn.Linear, n_heads: int, window: int) -> None:
        if n_heads < 1 or qkv.in_features % n_heads != 0:
            raise ValueError("the number of features must be a multiple of n_heads")
        if window < 1:
            raise ValueError("window must be at least 1")
        self.qkv = qkv
        self.out = out
        self.n_heads = n_heads
        self.window = window
        self.reset()

    @torch.no_grad()
    def step(self, x: torch.Tensor) -> torch.Tensor:
        if x.dim() != 3:
            raise ValueError("x must have three dimensions")
        if self.length != 0 and x.shape[0] != self._keys.shape[0]:
            raise ValueError("the number of sequences differs from the number held")
        b, t, d = x.shape
        size = d // self.n_heads
        # (3, B, heads, T, size)
        q, k, v = self.qkv(x).view(b, t, 3, self.n_heads, size).permute(2, 0, 3, 1, 4)
        if self.length != 0:
            k = torch.cat([self._keys, k], dim=2)
            v = torch.cat([self._values, v], dim=2)
        total = k.shape[2]

        # Positions relative to the first key.
        query_at = torch.arange(total - t, total, device=x.device)[:, None]
        key_at = torch.arange(total, device=x.device)[None, :]
        visible = (key_at <= query_at) & (key_at > query_at - self.window)
        scores = q @ k.transpose(-1, -2) / math.sqrt(size)
        attention = scores.masked_fill(~visible, float("-inf")).softmax(dim=-1)
        heads = (attention @ v).transpose(1, 2).reshape(b, t, d)
        result = self.out(heads)

        keep = min(total, self.window - 1)
        self._keys = k[:, :, total - keep :].clone(memory_format=torch.contiguous_format)
        self._values = v[:, :, total - keep :].clone(memory_format=torch.contiguous_format)
        self.length += t
        self.cached = keep
        return result

    @torch.no_grad()
    def reorder(self, rows: torch.Tensor) -> None:
        if self.length == 0:
            return
        keys = self._keys.index_select(0, rows)
        values = self._values.index_select(0, rows)
        self._keys, self._values = keys, values

    def reset(self) -> None:
        self.length = 0
        self.cached = 0
        self._keys = None
        self._values = None
