import torch
import torch.nn.functional as F


def encode_centers(
    boxes: torch.Tensor, labels: torch.Tensor, n_classes: int, height: int, width: int, stride: int = 4
) -> dict[str, torch.Tensor]:
    heatmap = torch.zeros(n_classes, height, width)
    offset = torch.zeros(2, height, width)
    size = torch.zeros(2, height, width)
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    for box, label in zip(boxes / stride, labels):
        center, side = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
        column, row = center.floor().long().tolist()
        if not (0 <= row < height and 0 <= column < width):
            continue
        sigma = side.max().clamp(min=3) / 6
        heat = torch.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * sigma**2))
        heatmap[label] = torch.maximum(heatmap[label], heat)
        offset[:, row, column] = center - center.floor()
        size[:, row, column] = side
    return {"heatmap": heatmap, "offset": offset, "size": size}


def decode_centers(
    heatmap: torch.Tensor, offset: torch.Tensor, size: torch.Tensor, stride: int = 4, min_score: float = 0.1
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    highest = F.max_pool2d(heatmap, 3, stride=1, padding=1)
    labels, rows, columns = torch.nonzero((heatmap == highest) & (heatmap >= min_score), as_tuple=True)
    scores, order = heatmap[labels, rows, columns].sort(descending=True, stable=True)
    labels, rows, columns = labels[order], rows[order], columns[order]
    centers = torch.stack([columns, rows], dim=1) + offset[:, rows, columns].T
    half = size[:, rows, columns].T / 2
    return torch.cat([centers - half, centers + half], dim=1) * stride, scores, labels
