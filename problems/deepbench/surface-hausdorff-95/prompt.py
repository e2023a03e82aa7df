import numpy as np


def surface(mask: np.ndarray) -> np.ndarray:
    """The surface of a binary mask, a bool array of its shape: foreground pixels with a 4-neighbour that is background
    or outside of the image. ``mask`` is a bool array (H, W) and is not changed."""


def hausdorff_95(predicted: np.ndarray, true: np.ndarray, spacing: tuple[float, float]) -> float:
    """The 95% Hausdorff distance between the surfaces of two masks, in millimetres.

    The distance from a pixel to a surface is the Euclidean distance to the nearest pixel of the surface, where
    ``spacing`` holds the distances of neighbouring rows and of neighbouring columns. For each of the two directions the
    95th percentile (with linear interpolation, as ``numpy.percentile`` has it) of the distances from the pixels of the
    one surface to the other surface is taken; the result is the greater of the two.

    Args:
        predicted: bool array (H, W), H, W >= 1. Not changed.
        true: bool array (H, W). Not changed.
        spacing: (row distance, column distance) in millimetres.

    Returns:
        The distance as a float; 0 if both masks are empty, inf if just one of them is.

    Raises:
        ValueError: if the shapes differ.
    """
