import torch
from torch import nn


class CachedAttention:
    """Causal sliding-window self-attention, fed piece by piece during generation.

    Feeding a sequence in pieces of any lengths gives the same outputs (to 1e-5) as attending over the whole sequence
    at once, where the token at position p attends to the positions max(0, p - window + 1) … p.

    ``qkv`` maps (…, D) to (…, 3 * D): queries, keys and values one after the other, each made of ``n_heads`` heads of
    D / n_heads consecutive features. Attention is the softmax over the visible positions of q · k / sqrt(D / n_heads);
    the heads' outputs are put side by side in order and go through ``out``, (…, D) to (…, D). There is no dropout and
    no positional encoding. Nothing requires gradients.

    Only what later tokens can still see is kept: the keys and values of the last ``window - 1`` positions.

    Args:
        qkv: linear layer D -> 3 * D, with or without bias.
        out: linear layer D -> D, with or without bias.
        n_heads: number of heads; divides D.
        window: number of positions a token sees, itself included, at least 1.

    Raises:
        ValueError: if D (``qkv.in_features``) is not a multiple of ``n_heads``, or ``window`` is less than 1.

    Attributes:
        length: number of positions fed since the beginning or the last reset (int).
        cached: number of positions whose keys and values are held: min(length, window - 1) (int).
    """

    length: int
    cached: int

    def __init__(self, qkv: nn.Linear, out: nn.Linear, n_heads: int, window: int) -> None: ...

    def step(self, x: torch.Tensor) -> torch.Tensor:
        """Feed the next T >= 1 positions of B sequences, a float tensor (B, T, D), and return their outputs (B, T, D).

        T may be greater than the window. Raises ValueError, and changes nothing, if ``x`` does not have three
        dimensions, or, when ``length`` is not 0, if B differs from the number of sequences held.
        """

    def reorder(self, rows: torch.Tensor) -> None:
        """Replace the sequences held by a selection, as after a step of beam search.

        From now on sequence i continues what was sequence ``rows[i]``. ``rows`` is an int64 tensor (B',) of any length
        B' >= 1, with repeats allowed; ``length`` stays. Before anything has been fed it does nothing.
        """

    def reset(self) -> None:
        """Forget everything fed; the next step may have another number of sequences."""
