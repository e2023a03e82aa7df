import torch


def decode_grid(raw: torch.Tensor, stride: int) -> torch.Tensor:
    height, width = raw.shape[2:]
    x = torch.arange(width) + raw[:, 0].sigmoid()
    y = torch.arange(height)[:, None] + raw[:, 1].sigmoid()
    half_w, half_h = raw[:, 2].exp() / 2, raw[:, 3].exp() / 2
    boxes = torch.stack([x - half_w, y - half_h, x + half_w, y + half_h], dim=3) * stride
    return boxes.flatten(1, 2)
