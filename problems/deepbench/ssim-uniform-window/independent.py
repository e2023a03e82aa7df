import torch
from torch.nn import functional as F


def ssim(a: torch.Tensor, b: torch.Tensor, window: int = 7, data_range: float = 1.0) -> torch.Tensor:
    if a.shape != b.shape:
        raise ValueError(f"the shapes {tuple(a.shape)} and {tuple(b.shape)} differ")
    if not 1 <= window <= min(a.shape[-2:]):
        raise ValueError(f"a window of {window} does not fit into images of {tuple(a.shape[-2:])}")
    a, b = a.double(), b.double()

    def mean(x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(x, window, stride=1)

    m_a, m_b = mean(a), mean(b)
    # Variances do not change when a constant is subtracted, but lose fewer digits.
    a = a - a.mean(dim=(-2, -1), keepdim=True)
    b = b - b.mean(dim=(-2, -1), keepdim=True)
    r_a, r_b = mean(a), mean(b)
    v_a = mean(a * a) - r_a * r_a
    v_b = mean(b * b) - r_b * r_b
    c = mean(a * b) - r_a * r_b
    k1 = (0.01 * data_range) ** 2
    k2 = (0.03 * data_range) ** 2
    values = (2 * m_a * m_b + k1) * (2 * c + k2) / ((m_a * m_a + m_b * m_b + k1) * (v_a + v_b + k2))
    return values.mean(dim=(1, 2, 3))
