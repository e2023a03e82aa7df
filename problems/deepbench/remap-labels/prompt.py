import numpy as np


def remap_labels(labels: np.ndarray, mapping: dict[int, int]) -> np.ndarray:
    """Replace the class numbers in a data set's mask by those that a network is trained with.

    Args:
        labels: uint8 array (H, W). It is not changed.
        mapping: from old to new numbers, all 0 … 255; a new number may also be an old one, as in {0: 1, 1: 0}.

    Returns:
        uint8 array (H, W): each pixel's new number, or 255 where its old one is not in ``mapping``.
    """
