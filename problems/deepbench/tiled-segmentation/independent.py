import torch
from torch import nn


def _starts(size: int, tile: int, step: int) -> list[int]:
    starts = list(range(0, size - tile + 1, step))
    if starts[-1] + tile < size:
        starts.append(size - tile)
    return starts


@torch.no_grad()
def predict_tiled(
    model: nn.Module,
    image: torch.Tensor,
    tile: int,
    overlap: int,
    batch_size: int = 4,
) -> torch.Tensor:
    if image.dim() != 3:
        raise ValueError("image must have three dimensions")
    if not 0 <= overlap < tile:
        raise ValueError("overlap must be at least 0 and less than tile")
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")

    model.eval()
    height, width = image.shape[1:]
    full_height, full_width = max(height, tile), max(width, tile)
    rows = torch.arange(full_height, device=image.device).clamp(max=height - 1)
    cols = torch.arange(full_width, device=image.device).clamp(max=width - 1)
    padded = image[:, rows][:, :, cols]

    step = tile - overlap
    corners = [(r, c) for r in _starts(full_height, tile, step) for c in _starts(full_width, tile, step)]
    ramp = torch.arange(tile, device=image.device, dtype=torch.float64)
    ramp = torch.minimum(ramp + 1, tile - ramp)
    weight = ramp[:, None] * ramp[None, :]

    total = None
    weight_sum = torch.zeros(full_height, full_width, dtype=torch.float64, device=image.device)
    for begin in range(0, len(corners), batch_size):
        chunk = corners[begin : begin + batch_size]
        tiles = torch.stack([padded[:, r : r + tile, c : c + tile] for r, c in chunk])
        probabilities = model(tiles).double().softmax(dim=1) * weight
        if total is None:
            total = probabilities.new_zeros(probabilities.shape[1], full_height, full_width)
        for (r, c), part in zip(chunk, probabilities):
            total[:, r : r + tile, c : c + tile] += part
            weight_sum[r : r + tile, c : c + tile] += weight
    return (total / weight_sum)[:, :height, :width].float().contiguous()
