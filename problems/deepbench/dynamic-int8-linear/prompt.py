import torch


def quantize_weight(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Quantise a linear layer's weight to int8, symmetrically, with one scale per output channel.

    A channel's scale is the greatest magnitude in its row divided by 127 (1 for a row of zeros), and the integers are
    weight / scale rounded to nearest (here and below, exact halves go to the even neighbour), within [-127, 127].
    So weight ≈ q * scale.

    Args:
        weight: float32 tensor (O, I), I >= 1. It is not changed.

    Returns:
        (q, scale): int8 (O, I) and float32 (O,).

    Raises:
        ValueError: if ``weight`` does not have two dimensions.
    """


def int8_linear(
    x: torch.Tensor,
    q: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    """Apply a quantised linear layer; the activations are quantised on the fly, each row by its own range.

    For a row of activations (the last dimension of ``x``):

    - lo = min(0, smallest value) and hi = max(0, greatest value): the range always holds 0.
    - The step is (hi - lo) / 255, or 1 if the row is all zeros; the zero point is -lo / step rounded to nearest.
    - The row becomes unsigned 8-bit integers: u = value / step rounded to nearest, plus the zero point, clamped to
      [0, 255].
    - Output o is step * scale[o] * sum_i (u_i - zero point) * q[o, i], plus bias[o]. The sum is computed exactly, in
      integers that cannot overflow for any I up to 10,000.

    Args:
        x: float32 tensor (..., I) of one or more dimensions; leading dimensions may be 0. It is not changed.
        q: int8 tensor (O, I).
        scale: float32 tensor (O,).
        bias: float32 tensor (O,), or None.

    Returns:
        float32 tensor (..., O).

    Raises:
        ValueError: if the last dimension of ``x`` is not I.
    """
