import numpy as np


def flip_keypoints(
    image: np.ndarray, keypoints: np.ndarray, visible: np.ndarray, pairs: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mirror a pose-estimation sample left to right.

    Keypoint coordinates are (x, y), with pixel centres at whole numbers: the centre of the image's first column has
    x = 0, that of its last column x = W - 1. A mirrored left wrist is a right wrist, so the entries of the two keypoints
    of each pair are exchanged, in the keypoints as well as in ``visible``. The coordinates of a keypoint that is not
    visible mean nothing: they are (0, 0) in the result.

    Args:
        image: array (H, W, C) of any dtype.
        keypoints: float32 array (K, 2).
        visible: bool array (K,).
        pairs: index pairs (left, right) that belong together; no index occurs twice.

    Returns:
        The mirrored (image, keypoints, visible), with the dtypes and shapes of the arguments, which are not changed.
    """
