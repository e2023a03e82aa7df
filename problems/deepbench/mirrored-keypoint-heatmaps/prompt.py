import torch


def merge_mirrored(
    heatmaps: torch.Tensor, mirrored: torch.Tensor, pairs: list[tuple[int, int]]
) -> torch.Tensor:
    """Average the keypoint heat maps of images with those that the network gave for the mirror images.

    In a mirror image left and right are swapped, and with them paired keypoints: what the network calls the left
    elbow there is the right elbow. Both are undone before the two are averaged.

    Args:
        heatmaps: float tensor (B, K, H, W): for the images.
        mirrored: float tensor (B, K, H, W): for the mirror images.
        pairs: indices (left, right) of paired keypoints; a keypoint that is in no pair keeps its index.

    Returns:
        The averages (B, K, H, W). No argument is changed.
    """


def decode_keypoints(heatmaps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Coordinates of the keypoints, from the greatest value of each heat map.

    From the pixel of the greatest value, the x coordinate moves by 0.25 towards the greater one of the values in the
    pixels to the left and right of it (not at all if they are equal, or if one of them is outside of the map), and the
    y coordinate in the same way by the pixels above and below.

    Args:
        heatmaps: float32 tensor (B, K, H, W); the greatest value of a map occurs once.

    Returns:
        Coordinates (x, y) in pixels, where (0, 0) is the upper left pixel, float32 (B, K, 2); and the greatest values,
        (B, K).
    """
