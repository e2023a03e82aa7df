import torch
from torch import nn


def decompose(x: torch.Tensor, window: int) -> tuple[torch.Tensor, torch.Tensor]:
    if window < 1 or window % 2 == 0:
        raise ValueError(f"window must be odd and at least 1, got {window}")
    half = window // 2
    padded = torch.cat([x[:, :1].expand(-1, half, -1), x, x[:, -1:].expand(-1, half, -1)], dim=1)
    trend = padded.unfold(1, window, 1).mean(dim=-1)
    return trend, x - trend


class TrendSeasonalForecaster(nn.Module):
    def __init__(self, input_length: int, horizon: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.trend = nn.Linear(input_length, horizon)
        self.seasonal = nn.Linear(input_length, horizon)
        for layer in (self.trend, self.seasonal):
            nn.init.constant_(layer.weight, 1 / input_length)
            nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        trend, remainder = decompose(x, self.window)
        forecast = self.trend(trend.transpose(1, 2)) + self.seasonal(remainder.transpose(1, 2))
        return forecast.transpose(1, 2)
