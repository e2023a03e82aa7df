import numpy as np


def flip_keypoints(
    image: np.ndarray, keypoints: np.ndarray, visible: np.ndarray, pairs: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.arange(len(keypoints))
    for left, right in pairs:
        order[left], order[right] = right, left
    flipped_image = image[:, ::-1].copy()
    flipped_visible = visible[order]
    flipped = keypoints[order]
    flipped[:, 0] = image.shape[1] - 1 - flipped[:, 0]
    flipped[~flipped_visible] = 0
    return flipped_image, flipped, flipped_visible
