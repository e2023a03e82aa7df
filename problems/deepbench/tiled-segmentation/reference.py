import torch
import torch.nn.functional as F
from torch import nn


def _starts(length: int, tile: int, stride: int) -> list[int]:
    starts = list(range(0, length - tile + 1, stride))
    if starts[-1] + tile < length:
        starts.append(length - tile)
    return starts


@torch.no_grad()
def predict_tiled(
    model: nn.Module,
    image: torch.Tensor,
    tile: int,
    overlap: int,
    batch_size: int = 4,
) -> torch.Tensor:
    if image.ndim != 3:
        raise ValueError("image must have shape (C, H, W)")
    if not 0 <= overlap < tile:
        raise ValueError("overlap must be at least 0 and less than tile")
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    model.eval()
    height, width = image.shape[1:]
    padding = (0, max(0, tile - width), 0, max(0, tile - height))
    padded = F.pad(image[None], padding, mode="replicate")[0]
    rows, columns = (_starts(length, tile, tile - overlap) for length in padded.shape[1:])
    corners = [(y, x) for y in rows for x in columns]

    ramp = torch.arange(1.0, tile + 1)
    ramp = torch.minimum(ramp, ramp.flip(0))
    weight = ramp[:, None] * ramp[None, :]
    total = torch.zeros(padded.shape[1:])
    blended = None
    for first in range(0, len(corners), batch_size):
        batch = corners[first : first + batch_size]
        tiles = torch.stack([padded[:, y : y + tile, x : x + tile] for y, x in batch])
        for (y, x), p in zip(batch, model(tiles).softmax(dim=1)):
            if blended is None:
                blended = torch.zeros(len(p), *padded.shape[1:])
            blended[:, y : y + tile, x : x + tile] += p * weight
            total[y : y + tile, x : x + tile] += weight
    return (blended / total)[:, :height, :width]
