import torch


def merge_mirrored(heatmaps: torch.Tensor, mirrored: torch.Tensor, pairs: list[tuple[int, int]]) -> torch.Tensor:
    order = list(range(heatmaps.shape[1]))
    for left, right in pairs:
        order[left], order[right] = right, left
    return (heatmaps + mirrored.flip(3)[:, order]) / 2


def _shift(values: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    """A quarter towards the greater neighbour of the positions ``at`` in lines of values (..., L)."""
    inside = (at > 0) & (at < values.shape[-1] - 1)
    centre = torch.where(inside, at, 0)[..., None]
    before = values.roll(1, -1).gather(-1, centre)
    after = values.roll(-1, -1).gather(-1, centre)
    return torch.where(inside, 0.25 * (after - before)[..., 0].sign(), 0.0)


def decode_keypoints(heatmaps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    height, width = heatmaps.shape[2:]
    best, place = heatmaps.flatten(2).max(dim=2)
    y, x = place // width, place % width
    rows = heatmaps.gather(2, y[..., None, None].expand(-1, -1, 1, width))[:, :, 0]
    columns = heatmaps.gather(3, x[..., None, None].expand(-1, -1, height, 1))[:, :, :, 0]
    return torch.stack([x + _shift(rows, x), y + _shift(columns, y)], dim=2), best
