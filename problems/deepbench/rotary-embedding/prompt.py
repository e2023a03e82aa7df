import torch


def rotary_tables(positions: torch.Tensor, dim: int, base: float = 10000.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines of the angles by which rotary position embedding turns the pairs of a head's features.

    At position p, the angle of pair i is ``p * base ** (-2 * i / dim)``, for i from 0 to dim / 2 - 1.

    Args:
        positions: int64 tensor (T,).
        dim: size of a head.

    Returns:
        Two float32 tensors (T, dim / 2).

    Raises:
        ValueError: if ``dim`` is odd.
    """


def apply_rotary(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Turns queries or keys. Pair i is (a, b), with a at feature i and b at feature i + dim / 2; it becomes
    ``(a * cos - b * sin, b * cos + a * sin)``, at the same two places.

    It computes in float32; the result is rounded once, at the end, to the dtype of ``x``. ``x`` is not changed.

    Args:
        x: tensor (B, heads, T, dim): float32, float16 or bfloat16.
        cos: float32 tensor (T, dim / 2), from :func:`rotary_tables`.
        sin: like ``cos``.
    """
