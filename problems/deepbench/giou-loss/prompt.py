import torch


def giou_loss(
    predicted: torch.Tensor,
    target: torch.Tensor,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Weighted mean of ``1 - GIoU`` over pairs of axis-parallel boxes.

    With I and U the areas of intersection and union of two boxes and H the area of the smallest axis-parallel box
    around both, ``GIoU = I / U - (H - U) / H``. A fraction whose denominator is 0 counts as 0: two boxes without
    area have I / U = 0, and the second term vanishes when H = 0.

    Boxes are given by two opposite corners (x1, y1, x2, y2) **in any order**: x1 > x2 is the same box as with x1
    and x2 exchanged, and so for y. The result is right whatever the unit: the boxes of one call may be as small
    as 1e-4 or as large as 1e4 across, so a constant added to the denominators would distort it.

    The result is ``sum(w * loss) / sum(w)``, with all weights 1 when none are given. It is 0 for no boxes at all
    and for weights that sum to 0. In every case it is differentiable with respect to ``predicted``, and the
    gradients are finite, also for boxes that coincide, touch or have no area.

    float16 and bfloat16 boxes are computed in float32, because areas leave the range of float16, and the result
    is float32.

    Args:
        predicted: float tensor of shape (N, 4).
        target: tensor of shape (N, 4), of the dtype of ``predicted``.
        weights: tensor of shape (N,) of any float dtype, with values >= 0, or None.

    Returns:
        A scalar tensor (shape ()), float64 for float64 boxes and float32 otherwise.

    Raises:
        ValueError: if ``predicted`` and ``target`` are not both of shape (N, 4), or ``weights`` is not of shape (N,).
    """
