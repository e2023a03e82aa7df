import numpy as np


def merge_panoptic(
    masks: np.ndarray,
    scores: np.ndarray,
    labels: np.ndarray,
    semantic: np.ndarray,
    stuff: list[int],
    min_score: float = 0.5,
    min_free: float = 0.5,
    min_area: int = 4,
) -> tuple[np.ndarray, list[dict]]:
    """Post-process a segmenter's answers so that every pixel belongs to at most one segment.

    Instances are taken by descending score, of equal scores the lowest index first. Those with a score below
    ``min_score``, or whose mask has no pixel, are skipped. An instance gets the pixels of its mask that no earlier
    instance has got; but if these are none, or fewer than ``min_free`` times the pixels of its mask, it is skipped and gets none.

    Then each class of ``stuff``, in the order of the list, gets the pixels that no instance has got and where
    ``semantic`` has that class; but if these are none, or fewer than ``min_area``, the class is skipped.

    Segments are numbered 1, 2, 3, … in the order in which they were taken.

    Args:
        masks: bool array (N, H, W), N may be 0.
        scores: float array (N,).
        labels: int array (N,), the instances' classes; never a class of ``stuff``.
        semantic: int array (H, W), a class per pixel; it may have classes that are not in ``stuff``.
        stuff: different classes.

    Returns:
        The map, int32 (H, W) with the number of each pixel's segment, 0 where there is none; and for each segment, in
        order, {"id": number, "label": class, "area": pixels, "is_thing": bool, true for instances}, with plain ``int``
        and ``bool`` values. The arguments are not changed.
    """
