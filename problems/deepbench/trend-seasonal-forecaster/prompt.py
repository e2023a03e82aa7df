import torch
from torch import nn


def decompose(x: torch.Tensor, window: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Splits series into a trend and the remainder, x - trend; both have the shape of ``x``.

    The trend at time t is the mean of the ``window`` values around t, from t - window // 2 to t + window // 2.
    Before the first time the series is continued with its first value, and after the last with its last.

    Args:
        x: float tensor (B, L, C): L times, C columns, each a series of its own.
        window: an odd number >= 1; it may be longer than the series.

    Raises:
        ValueError: if ``window`` is even or less than 1.
    """


class TrendSeasonalForecaster(nn.Module):
    """Forecasts every column from its own past: one linear layer for the trend and one for the remainder, summed.

    ``trend`` and ``seasonal`` are ``nn.Linear(input_length, horizon)``, shared by all columns, along the time
    dimension. At the start all their weights are 1 / input_length and all biases 0.
    """

    def __init__(self, input_length: int, horizon: int, window: int) -> None: ...

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From (B, input_length, C) to the forecast (B, horizon, C)."""
