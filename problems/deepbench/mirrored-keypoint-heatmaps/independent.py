import torch


def merge_mirrored(heatmaps: torch.Tensor, mirrored: torch.Tensor, pairs: list[tuple[int, int]]) -> torch.Tensor:
    order = list(range(heatmaps.shape[1]))
    for left, right in pairs:
        order[left], order[right] = right, left
    index = torch.tensor(order, dtype=torch.int64, device=mirrored.device)
    return (heatmaps + mirrored.flip(-1)[:, index]) / 2


def decode_keypoints(heatmaps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    height, width = heatmaps.shape[-2:]
    flat = heatmaps.flatten(2)
    greatest, index = flat.max(dim=2)
    y = index // width
    x = index % width

    def value(row: torch.Tensor, column: torch.Tensor) -> torch.Tensor:
        place = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
        return flat.gather(2, place.unsqueeze(2)).squeeze(2)

    def shift(before: torch.Tensor, after: torch.Tensor, inner: torch.Tensor) -> torch.Tensor:
        return 0.25 * inner * ((after > before).float() - (after < before).float())

    dx = shift(value(y, x - 1), value(y, x + 1), (x > 0) & (x < width - 1))
    dy = shift(value(y - 1, x), value(y + 1, x), (y > 0) & (y < height - 1))
    return torch.stack([x.float() + dx, y.float() + dy], dim=2), greatest
