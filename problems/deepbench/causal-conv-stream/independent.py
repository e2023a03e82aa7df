import torch
import torch.nn.functional as F
from torch import nn


class CausalConvStack(nn.Module):
    def __init__(self, channels: int, kernel_size: int, dilations: list[int]) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel_size, dilation=dilation) for dilation in dilations
        )
        self._pads = [(kernel_size - 1) * dilation for dilation in dilations]
        self._batch: int | None = None
        # The last inputs of each layer; plain tensors in a list, so that they are not in the state dict.
        self._pasts: list[torch.Tensor] | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv, pad in zip(self.convs, self._pads):
            x = x + torch.relu(conv(F.pad(x, (pad, 0))))
        return x

    @torch.no_grad()
    def stream(self, chunk: torch.Tensor) -> torch.Tensor:
        batch, channels, steps = chunk.shape
        if self._batch is not None and batch != self._batch:
            raise ValueError(f"the stream has the batch size {self._batch}, the chunk has {batch}")
        x = chunk.detach().clone()
        pasts = self._pasts
        if pasts is None:
            pasts = [x.new_zeros(batch, channels, pad) for pad in self._pads]
        if steps > 0:
            new_pasts = []
            for conv, pad, past in zip(self.convs, self._pads, pasts):
                full = torch.cat([past, x], dim=2)
                new_pasts.append(full[:, :, full.shape[2] - pad :].clone())
                x = x + torch.relu(conv(full))
            pasts = new_pasts
        self._batch = batch
        self._pasts = pasts
        return x

    def reset(self) -> None:
        self._batch = None
        self._pasts = None
