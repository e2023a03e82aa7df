import torch


def quantise(values: torch.Tensor, per_column: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Quantise a matrix to unsigned 8-bit integers.

    Over the whole matrix, or over each column by itself, low is the least value or 0 if that is less, and high is the
    greatest value or 0 if that is greater. With scale = (high - low) / 255, or 1 if high = low, and the zero point
    round(-low / scale), a value becomes round(value / scale) + zero point, limited to 0 … 255. A half is rounded to
    the even neighbour.

    Args:
        values: float64 tensor (N, M), N and M at least 1, not changed.
        per_column: whether each column has a scale and zero point of its own.

    Returns:
        The integers, uint8 (N, M); the scales, float64 (1, M) per column, and (1, 1) otherwise; and the zero points,
        int64 in the shape of the scales.
    """


def integer_matmul(
    a: tuple[torch.Tensor, torch.Tensor, torch.Tensor], b: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> torch.Tensor:
    """The product of two quantised matrices, (N, D) and (D, M).

    Args:
        a: what :func:`quantise` gave for the first, over the whole matrix.
        b: what it gave for the second, in either way.

    Returns:
        float64 tensor (N, M): the product of the values that the integers stand for, scale * (integer - zero point).
    """
