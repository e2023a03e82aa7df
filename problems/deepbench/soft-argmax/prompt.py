import torch


def soft_argmax(heatmaps: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    """Differentiable coordinates of the keypoints in heat maps.

    Per map, the softmax of ``heatmaps / temperature`` over all its H * W cells gives each cell a probability; the
    result is the expected position of the cell's centre. The centre of the cell in row i and column j is at
    x = (j + 0.5) / W and y = (i + 0.5) / H. Values as large as 1e4 give no NaN.

    Args:
        heatmaps: float tensor (N, K, H, W).
        temperature: greater than 0.

    Returns:
        Tensor (N, K, 2) with (x, y) in the dtype of ``heatmaps``.

    Raises:
        ValueError: if ``temperature`` is not greater than 0.
    """
