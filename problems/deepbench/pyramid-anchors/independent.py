import math

import torch


def pyramid_anchors(
    image_size: tuple[int, int],
    strides: list[int],
    sizes: list[float],
    ratios: list[float],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if len(strides) != len(sizes):
        raise ValueError(f"{len(strides)} strides but {len(sizes)} sizes")
    if not all(number > 0 for numbers in (image_size, strides, sizes, ratios) for number in numbers):
        raise ValueError("all numbers must be positive")

    height, width = image_size
    boxes = [torch.empty((0, 4), dtype=torch.float32)]
    levels = [torch.empty((0,), dtype=torch.int64)]
    for level, (stride, size) in enumerate(zip(strides, sizes)):
        rows, columns = math.ceil(height / stride), math.ceil(width / stride)
        y = ((torch.arange(rows, dtype=torch.float64) + 0.5) * stride).float()
        x = ((torch.arange(columns, dtype=torch.float64) + 0.5) * stride).float()
        # Half sizes are rounded before they are added, so that boxes that should touch the border do so exactly.
        half_h = torch.tensor([size * math.sqrt(ratio) / 2 for ratio in ratios], dtype=torch.float32)
        half_w = torch.tensor([size / math.sqrt(ratio) / 2 for ratio in ratios], dtype=torch.float32)
        shape = (rows, columns, len(ratios))
        x, y = x[None, :, None], y[:, None, None]
        corners = [(x - half_w).expand(shape), (y - half_h).expand(shape)]
        corners += [(x + half_w).expand(shape), (y + half_h).expand(shape)]
        boxes.append(torch.stack(corners, dim=-1).reshape(-1, 4))
        levels.append(torch.full((rows * columns * len(ratios),), level, dtype=torch.int64))
    all_boxes = torch.cat(boxes)
    x1, y1, x2, y2 = all_boxes.unbind(dim=1)
    inside = (x1 >= 0) & (y1 >= 0) & (x2 <= width) & (y2 <= height)
    return all_boxes, torch.cat(levels), inside
