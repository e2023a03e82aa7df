import numpy as np


def to_input(images: np.ndarray, mean: list[float], std: list[float]) -> np.ndarray:
    """Make a classifier's input from a batch of images as OpenCV reads them.

    Channels are turned from BGR to RGB, values are divided by 255, and then each channel has its mean subtracted and
    is divided by its standard deviation. The result has the channels first.

    Args:
        images: uint8 array (N, H, W, 3), channels in the order B, G, R; N may be 0. It is not changed.
        mean: three numbers, for R, G, B.
        std: three numbers, for R, G, B.

    Returns:
        float32 array (N, 3, H, W), channels in the order R, G, B.
    """
