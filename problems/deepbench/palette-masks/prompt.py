import numpy as np


def colours_to_labels(mask: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Turn a mask painted in colours into class labels.

    Args:
        mask: uint8 array (H, W, 3).
        palette: uint8 array (K, 3), the colour of each class; no colour occurs twice, K < 255.

    Returns:
        uint8 array (H, W): the class whose colour equals the pixel's in all three channels, 255 if there is none.
    """


def labels_to_colours(labels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Paint a label mask, uint8 (H, W): uint8 (H, W, 3) with each class's colour, black where the label is not below K.

    The arguments are not changed.
    """
