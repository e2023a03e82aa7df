import torch
from torch import nn


class CachedAttention:
    def __init__(self, qkv: nn.Linear, out: nn.Linear, n_heads: int, window: int) -> None:
        if qkv.in_features % n_heads:
            raise ValueError("the features are not a multiple of n_heads")
        if window < 1:
            raise ValueError("window must be at least 1")
        self._qkv, self._out, self._n_heads, self._window = qkv, out, n_heads, window
        self.reset()

    @property
    def cached(self) -> int:
        return 0 if self._kv is None else self._kv.shape[3]

    @torch.no_grad()
    def step(self, x: torch.Tensor) -> torch.Tensor:
        if x.ndim != 3:
            raise ValueError("x must have shape (B, T, D)")
        batch, steps, features = x.shape
        if self._kv is not None and self._kv.shape[1] != batch:
            raise ValueError(f"{self._kv.shape[1]} sequences are held, {batch} were fed")
        # (3, B, heads, T, head features)
        parts = self._qkv(x).reshape(batch, steps, 3, self._n_heads, -1).permute(2, 0, 3, 1, 4)
        q, kv = parts[0], parts[1:]
        old = self.cached
        if self._kv is not None:
            kv = torch.cat([self._kv, kv], dim=3)
        distance = torch.arange(old, old + steps)[:, None] - torch.arange(old + steps)[None, :]
        visible = (distance >= 0) & (distance < self._window)
        weights = q @ kv[0].transpose(-1, -2) / q.shape[-1] ** 0.5
        weights = weights.masked_fill(~visible, float("-inf")).softmax(dim=-1)
        self.length += steps
        # A copy: a view would keep the whole sequence alive.
        self._kv = kv[:, :, :, max(0, kv.shape[3] - self._window + 1) :].clone()
        return self._out((weights @ kv[1]).transpose(1, 2).reshape(batch, steps, features))

    def reorder(self, rows: torch.Tensor) -> None:
        if self._kv is not None:
            self._kv = self._kv[:, rows]

    def reset(self) -> None:
        self.length = 0
        self._kv: torch.Tensor | None = None
