import torch


def soft_nms(
    boxes: torch.Tensor,
    scores: torch.Tensor,
    labels: torch.Tensor,
    sigma: float = 0.5,
    min_score: float = 0.001,
    max_detections: int = 100,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Gaussian soft non-maximum suppression, each class on its own.

    Starting with the given scores, repeat until nothing is left or ``max_detections`` boxes are selected:

    - Boxes whose score is below ``min_score`` are dropped for good (a score equal to it is kept).
    - The box with the highest score is selected, at its current score; of equal scores, the one with the lowest index.
    - The score of every remaining box *of the same label* is multiplied by exp(-iou² / sigma), with iou its
      intersection over union with the selected box.

    Boxes are (x1, y1, x2, y2) with continuous edges, so the area is (x2 - x1) * (y2 - y1); x1 <= x2 and y1 <= y2.
    Coordinates may be negative. If the union of two boxes has no area, their iou is 0.

    Args:
        boxes: float tensor (N, 4); N may be 0.
        scores: float tensor (N,), in [0, 1].
        labels: int64 tensor (N,).
        sigma: width of the decay, greater than 0.
        min_score: least score of a selected box.
        max_detections: the most boxes to select, >= 0.

    Returns:
        Indices of the selected boxes, int64 (K,), and their scores when they were selected, (K,) in the dtype of
        ``scores``; both in the order of selection, over all classes together. The arguments are not changed.

    Raises:
        ValueError: if ``sigma`` is not greater than 0.
    """
