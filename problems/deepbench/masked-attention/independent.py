import math

import torch


def masked_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    key_lengths: torch.Tensor | None = None,
    causal: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    dtype = query.dtype
    n_queries, n_keys = query.shape[2], key.shape[2]
    device = query.device
    positions = torch.arange(n_keys, device=device)

    visible = torch.ones(query.shape[0], 1, n_queries, n_keys, dtype=torch.bool, device=device)
    if key_lengths is not None:
        if bool(((key_lengths < 0) | (key_lengths > n_keys)).any()):
            raise ValueError(f"key_lengths must be in [0, {n_keys}]")
        real = positions[None, :] < key_lengths.to(device)[:, None]  # (B, Lk)
        padding = ~real[:, None, :, None]
        # Replaced before any arithmetic, so that NaN reaches neither the result nor the gradients.
        key = key.masked_fill(padding, 0.0)
        value = value.masked_fill(padding, 0.0)
        visible = visible & real[:, None, None, :]
    if causal:
        last = torch.arange(n_queries, device=device)[:, None] + n_keys - n_queries
        visible = visible & (positions[None, :] <= last)

    if dtype in (torch.float16, torch.bfloat16):
        query, key, value = query.float(), key.float(), value.float()
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    sees_any = visible.any(dim=-1, keepdim=True)
    scores = scores.masked_fill(~visible & sees_any, float("-inf"))
    scores = scores.masked_fill(~sees_any, 0.0)  # a softmax over -inf alone would be NaN
    weights = torch.softmax(scores, dim=-1).masked_fill(~visible, 0.0)
    output = weights @ value
    return output.to(dtype), weights.to(dtype)
