import torch
from torch import nn


class FeaturePyramid(nn.Module):
    """Top-down neck of a detector: joins feature maps of several resolutions.

    The maps come finest first; each may have any size, not only twice that of the next. Level k has a 1x1
    convolution ``lateral[k]`` from ``in_channels[k]`` to ``out_channels``, and a 3x3 convolution ``output[k]`` with
    padding 1 from ``out_channels`` to ``out_channels``; both have biases and stand in an ``nn.ModuleList``.

    Starting at the coarsest level, whose sum is its lateral map, each finer level's sum is its own lateral map plus
    the sum of the next coarser level, brought to the finer map's size by nearest-neighbour interpolation (row i is
    taken from row floor(i * coarse height / fine height), columns likewise). The result of a level is its output
    convolution of its sum.

    One more, coarser map is added at the end: every second row and column, from the first on, of the result of the
    coarsest level.
    """

    def __init__(self, in_channels: list[int], out_channels: int) -> None: ...

    def forward(self, features: list[torch.Tensor]) -> list[torch.Tensor]:
        """From L maps (N, in_channels[k], H_k, W_k) to L + 1 maps (N, out_channels, ...), finest first.

        Raises ValueError if the number of maps is not that of ``in_channels``. The list is not changed.
        """
