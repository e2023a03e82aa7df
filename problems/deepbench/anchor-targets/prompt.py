import torch


def assign_targets(
    anchors: torch.Tensor,
    boxes: torch.Tensor,
    labels: torch.Tensor,
    negative_iou: float = 0.4,
    positive_iou: float = 0.5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Training targets of a detector for one image: which anchor answers for which object.

    Boxes are (x1, y1, x2, y2) with x1 < x2 and y1 < y2. With IoU the intersection of two boxes over their union:

    1. An anchor's object is the one with the largest IoU, the first of them in case of a tie. The anchor is positive
       if this IoU is at least ``positive_iou``, background if it is below ``negative_iou``, else ignored.
    2. No object goes without an anchor: each object claims the anchor with which it has the largest IoU, the first of
       them in case of a tie, provided that this IoU is greater than 0. A claimed anchor is positive for the object that
       claims it, whatever step 1 said. If several objects claim one anchor, it goes to the one with the largest IoU,
       the first of them in case of a tie; the others get no replacement.

    The regression target of a positive anchor with centre (xa, ya), width wa and height ha, and its object's box (x, y,
    w, h in the same way), is ``((x - xa) / wa, (y - ya) / ha, log(w / wa), log(h / ha))``.

    Args:
        anchors: float tensor of shape (A, 4).
        boxes: tensor of shape (G, 4), of the dtype of ``anchors``: the objects. G may be 0, and A too.
        labels: int64 tensor of shape (G,), the objects' classes, >= 0.
        negative_iou, positive_iou: thresholds, 0 < negative_iou <= positive_iou <= 1.

    Returns:
        classes: int64 tensor of shape (A,): the object's class for positive anchors, -1 for background, -2 for ignored.
        matched: int64 tensor of shape (A,): index of the object for positive anchors, -1 for all others.
        deltas: tensor of shape (A, 4), of the dtype of ``anchors``: the regression targets, 0 for all others.

    Raises:
        ValueError: if ``negative_iou`` is greater than ``positive_iou``.
    """


def decode_boxes(anchors: torch.Tensor, deltas: torch.Tensor, max_log_scale: float = 4.0) -> torch.Tensor:
    """The boxes (x1, y1, x2, y2) that regression targets stand for: the inverse of the encoding above.

    Deltas are predictions here: the third and fourth are cut off above at ``max_log_scale``, so that a wild prediction
    does not overflow (they are not cut off below).

    Args:
        anchors: float tensor of shape (A, 4), with x1 < x2 and y1 < y2.
        deltas: tensor of shape (A, 4), of the same dtype.

    Returns:
        Tensor of shape (A, 4), differentiable with respect to ``deltas``.
    """
