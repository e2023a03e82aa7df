import numpy as np


def box_from_map(heat: np.ndarray, share: float) -> tuple[int, int, int, int]:
    """The box of the strongest region of a class activation map.

    The map is rescaled so that its minimum is 0 and its maximum is 1. Pixels with a rescaled value of at least
    ``share`` are foreground. Foreground pixels that touch at a side (not only at a corner) are connected. The result is
    the tight box (x1, y1, x2, y2) of the largest connected region, with x1 and y1 the first and x2 and y2 one past the
    last column and row. Of regions with equally many pixels, it is the one that comes first when the map is read row by
    row. For a map that has the same value everywhere it is the whole map.

    Args:
        heat: float array (H, W), H, W >= 1, finite. Not changed.
        share: in (0, 1].
    """


def localisation_accuracy(
    heats: list[np.ndarray], boxes: list[np.ndarray], share: float = 0.2, min_iou: float = 0.5
) -> float:
    """Share of images whose box from the map has an IoU of at least ``min_iou`` with at least one true box.

    Args:
        heats: one map per image, of possibly different sizes; at least one.
        boxes: per image a float array (n, 4) of true boxes (x1, y1, x2, y2) with continuous edges, each of positive
            area; n may be 0, which makes the image a miss.
        share, min_iou: in (0, 1].
    """
