import torch
from torch.nn import functional as F


def ssim(a: torch.Tensor, b: torch.Tensor, window: int = 7, data_range: float = 1.0) -> torch.Tensor:
    """Structural similarity of pairs of images, with a uniform window.

    For every place where a window of ``window`` x ``window`` pixels fits into the image (no padding), and every channel
    on its own, with the means m_a, m_b, the variances v_a, v_b and the covariance c of the two images' pixels in the
    window, all of them dividing by the number of pixels:

        ssim = (2 * m_a * m_b + k1) * (2 * c + k2) / ((m_a² + m_b² + k1) * (v_a + v_b + k2))

    with k1 = (0.01 * data_range)² and k2 = (0.03 * data_range)². The result is the mean over places and channels. It is
    computed in float64.

    Args:
        a, b: tensors (B, C, H, W) of the same shape, float or uint8. Not changed.
        window: at least 1 and at most H and W.
        data_range: range of the pixel values, such as 1 or 255.

    Returns:
        The similarity of each pair, float64 (B,).

    Raises:
        ValueError: if the shapes differ, or the window does not fit.
    """
