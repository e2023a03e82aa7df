import torch
from torch import nn


def _resize(x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    rows = torch.arange(height, device=x.device) * x.shape[-2] // height
    columns = torch.arange(width, device=x.device) * x.shape[-1] // width
    return x.index_select(-2, rows).index_select(-1, columns)


class FeaturePyramid(nn.Module):
    def __init__(self, in_channels: list[int], out_channels: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(c, out_channels, 1) for c in in_channels)
        self.output = nn.ModuleList(nn.Conv2d(out_channels, out_channels, 3, padding=1) for _ in in_channels)

    def forward(self, features: list[torch.Tensor]) -> list[torch.Tensor]:
        if len(features) != len(self.lateral):
            raise ValueError(f"expected {len(self.lateral)} maps, got {len(features)}")
        results = []
        total = None
        for k in reversed(range(len(features))):
            own = self.lateral[k](features[k])
            total = own if total is None else own + _resize(total, own.shape[-2], own.shape[-1])
            results.append(self.output[k](total))
        results.reverse()
        results.append(results[-1][..., ::2, ::2])
        return results
