import torch


def pyramid_anchors(
    image_size: tuple[int, int],
    strides: list[int],
    sizes: list[float],
    ratios: list[float],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if len(strides) != len(sizes):
        raise ValueError("strides and sizes must have one entry per level")
    if any(number <= 0 for number in (*image_size, *strides, *sizes, *ratios)):
        raise ValueError("all numbers must be positive")
    height, width = image_size
    root = torch.tensor(ratios, dtype=torch.float64).sqrt()
    boxes, levels = [torch.zeros(0, 4)], [torch.zeros(0, dtype=torch.int64)]
    for level, (stride, size) in enumerate(zip(strides, sizes)):
        y = (torch.arange(-(-height // stride), dtype=torch.float64) + 0.5) * stride
        x = (torch.arange(-(-width // stride), dtype=torch.float64) + 0.5) * stride
        y, x, half_height = torch.meshgrid(y, x, size * root / 2, indexing="ij")
        half_width = size / root / 2
        corners = torch.stack([x - half_width, y - half_height, x + half_width, y + half_height], dim=-1)
        boxes.append(corners.reshape(-1, 4).float())
        levels.append(torch.full((boxes[-1].shape[0],), level))
    boxes, levels = torch.cat(boxes), torch.cat(levels)
    inside = (boxes[:, :2] >= 0).all(dim=1) & (boxes[:, 2:] <= torch.tensor([width, height])).all(dim=1)
    return boxes, levels, inside
