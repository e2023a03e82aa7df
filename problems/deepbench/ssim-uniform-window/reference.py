import torch
from torch.nn import functional as F


def ssim(a: torch.Tensor, b: torch.Tensor, window: int = 7, data_range: float = 1.0) -> torch.Tensor:
    if a.shape != b.shape or window > min(a.shape[2:]):
        raise ValueError("the shapes differ or the window does not fit")
    a, b = a.double(), b.double()
    mean_a, mean_b = F.avg_pool2d(a, window, 1), F.avg_pool2d(b, window, 1)
    variances = F.avg_pool2d(a * a + b * b, window, 1) - mean_a**2 - mean_b**2
    covariance = F.avg_pool2d(a * b, window, 1) - mean_a * mean_b
    k1, k2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    luminance = (2 * mean_a * mean_b + k1) / (mean_a**2 + mean_b**2 + k1)
    return (luminance * (2 * covariance + k2) / (variances + k2)).mean(dim=(1, 2, 3))
