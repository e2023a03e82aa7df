import numpy as np


def remove_specks(mask: np.ndarray, min_size: int) -> np.ndarray:
    """A mask without its connected components of fewer than ``min_size`` pixels.

    Pixels of the mask are connected to all eight neighbours.

    Args:
        mask: bool array (H, W), not changed.
        min_size: at least 1.

    Returns:
        bool array (H, W).
    """


def fill_holes(mask: np.ndarray, max_size: int) -> np.ndarray:
    """A mask with its holes of at most ``max_size`` pixels filled.

    A hole is a connected component of the background that has no pixel at the border of the image. Pixels of the
    background are connected to the four neighbours that share a side with them.

    Args:
        mask: bool array (H, W), not changed.
        max_size: at least 0.

    Returns:
        bool array (H, W).
    """


def clean_mask(probabilities: np.ndarray, min_size: int, max_hole: int) -> np.ndarray:
    """The mask where ``probabilities`` (float, (H, W)) is greater than 0.5; first its specks are removed, then its
    holes are filled."""
