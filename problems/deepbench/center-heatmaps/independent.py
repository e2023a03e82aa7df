import torch
from torch.nn import functional as F


def encode_centers(
    boxes: torch.Tensor, labels: torch.Tensor, n_classes: int, height: int, width: int, stride: int = 4
) -> dict[str, torch.Tensor]:
    device = boxes.device
    heatmap = torch.zeros(n_classes, height, width, dtype=torch.float32, device=device)
    offset = torch.zeros(2, height, width, dtype=torch.float32, device=device)
    size = torch.zeros(2, height, width, dtype=torch.float32, device=device)
    rows = torch.arange(height, dtype=torch.float32, device=device)[:, None]
    columns = torch.arange(width, dtype=torch.float32, device=device)[None, :]
    for box, label in zip(boxes.detach().float() / stride, labels.tolist()):
        x1, y1, x2, y2 = box.unbind()
        w, h = x2 - x1, y2 - y1
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        column, row = int(torch.floor(x)), int(torch.floor(y))
        if not (0 <= row < height and 0 <= column < width):
            continue
        sigma = max(float(w), float(h), 3.0) / 6
        squared = (rows - row) ** 2 + (columns - column) ** 2
        bump = torch.exp(-squared / (2 * sigma * sigma))
        heatmap[label] = torch.maximum(heatmap[label], bump)
        offset[0, row, column] = x - column
        offset[1, row, column] = y - row
        size[0, row, column] = w
        size[1, row, column] = h
    return {"heatmap": heatmap, "offset": offset, "size": size}


def decode_centers(
    heatmap: torch.Tensor, offset: torch.Tensor, size: torch.Tensor, stride: int = 4, min_score: float = 0.1
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    greatest = F.max_pool2d(heatmap[None], kernel_size=3, stride=1, padding=1)[0]
    peaks = (heatmap >= greatest) & (heatmap >= min_score)
    labels, rows, columns = peaks.nonzero(as_tuple=True)  # ordered by class, row, column
    scores = heatmap[labels, rows, columns]
    scores, order = torch.sort(scores, descending=True, stable=True)
    labels, rows, columns = labels[order], rows[order], columns[order]
    x = columns + offset[0, rows, columns]
    y = rows + offset[1, rows, columns]
    w, h = size[0, rows, columns], size[1, rows, columns]
    boxes = torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], dim=1) * stride
    return boxes.float(), scores.float(), labels
