import torch


def decode_grid(raw: torch.Tensor, stride: int) -> torch.Tensor:
    height, width = raw.shape[2:]
    tx, ty, tw, th = raw.unbind(dim=1)
    columns = torch.arange(width, dtype=raw.dtype, device=raw.device)
    rows = torch.arange(height, dtype=raw.dtype, device=raw.device)[:, None]
    x = (columns + torch.sigmoid(tx)) * stride
    y = (rows + torch.sigmoid(ty)) * stride
    w = torch.exp(tw) * stride
    h = torch.exp(th) * stride
    boxes = torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], dim=-1)
    return boxes.flatten(1, 2)
