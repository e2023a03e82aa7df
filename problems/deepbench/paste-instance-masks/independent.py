import torch


def _weights(begin: torch.Tensor, end: torch.Tensor, pixels: int, cells: int) -> torch.Tensor:
    centres = torch.arange(pixels, dtype=torch.float64, device=begin.device) + 0.5
    position = (centres - begin) * cells / (end - begin) - 0.5  # cell c has its centre at c
    index = torch.arange(cells, dtype=torch.float64, device=begin.device)
    return (1.0 - (position.unsqueeze(1) - index).abs()).clamp(min=0.0)


@torch.no_grad()
def paste_masks(
    masks: torch.Tensor, boxes: torch.Tensor, height: int, width: int, threshold: float = 0.5
) -> torch.Tensor:
    n, m, _ = masks.shape
    result = torch.zeros((n, height, width), dtype=torch.bool, device=masks.device)
    boxes = boxes.double()
    for k in range(n):
        x1, y1, x2, y2 = boxes[k].unbind()
        rows = _weights(y1, y2, height, m)
        columns = _weights(x1, x2, width, m)
        values = rows @ masks[k].double() @ columns.T
        # rounded to the masks' own precision, so that rounding errors don't decide about equality
        result[k] = values.float() >= threshold
    return result
