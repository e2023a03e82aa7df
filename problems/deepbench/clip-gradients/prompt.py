import torch


def clip_by_global_norm(
    gradients: list[torch.Tensor | None], max_norm: float
) -> tuple[list[torch.Tensor | None], float]:
    """Scale all gradients by one common factor, so that their joint Euclidean norm is at most ``max_norm``.

    The global norm is the square root of the sum of all squared entries of all tensors. It is exact (to about 1e-6,
    relatively) in any dtype and for values of any magnitude that the dtype can hold: neither the squares nor their
    sum leave the range or vanish, as they would in float16, or in float32 for entries near 1e30 or 1e-30.

    * Norm not greater than ``max_norm``: the gradients come back with exactly their values.
    * Greater: they come back multiplied by ``max_norm / norm``, without any constant added to the norm, correct to
      the rounding of their dtype.
    * A NaN or an infinity anywhere: a list with None in every place, which makes the optimiser skip its step. The
      norm returned is then NaN if there is a NaN anywhere, and infinity otherwise.

    Args:
        gradients: tensors of any shapes and of float16, bfloat16, float32 or float64, mixed as it comes; None for
            parameters without gradient, which stays None. The tensors are not changed.
        max_norm: positive number; infinity is allowed and means no limit.

    Returns:
        The list of clipped gradients, of unchanged dtypes and shapes and in the order given, and the norm before
        clipping as a float (0.0 if there is no entry at all).

    Raises:
        ValueError: if ``max_norm`` is not positive.
    """
