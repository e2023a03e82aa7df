import torch
from torch import nn


class CausalConvStack(nn.Module):
    """Residual stack of causal dilated convolutions that can also run on a stream.

    Layer l adds to its input x the term ``relu(conv_l(x))``. The convolution has ``channels`` in- and outputs, a
    bias, the dilation ``dilations[l]``, and is causal: its output at time t depends on the inputs at times t,
    t - d, ..., t - (kernel_size - 1) * d alone, d being the dilation; the last weight along the kernel belongs to
    time t. What lies before the first time step counts as 0, for every layer's own input.

    The parameters are those of ``convs``, an ``nn.ModuleList`` of ``nn.Conv1d``, initialised by default: the
    state dict has exactly the entries ``convs.0.weight``, ``convs.0.bias``, ``convs.1.weight`` and so on, before
    as well as after streaming.

    Args:
        channels: number of channels of the series.
        kernel_size: length of every kernel, >= 1.
        dilations: the layers' dilations, each >= 1. Without layers the module is the identity.
    """

    def __init__(self, channels: int, kernel_size: int, dilations: list[int]) -> None: ...

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A whole series, from (B, channels, T) to (B, channels, T), T >= 1; differentiable. No effect on streams."""

    def stream(self, chunk: torch.Tensor) -> torch.Tensor:
        """The next T steps of a stream: what ``forward`` of all chunks since the start gives for these T steps.

        Takes and returns (B, channels, T), with any T >= 0, another one at each call. Results carry no autograd
        history. Neither ``chunk`` nor the result shares memory with what the module keeps: changing them afterwards
        has no effect on the stream.

        Raises:
            ValueError: if B differs from that of the chunks before. The stream then goes on as if not called.
        """

    def reset(self) -> None:
        """Start a new stream, of any batch size, with an empty past. A new module needs no reset."""
