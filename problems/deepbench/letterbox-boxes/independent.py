import torch


def _placement(h: int, w: int, out_h: int, out_w: int) -> tuple[int, int, int, int]:
    if out_h * w <= out_w * h:  # out_h / h <= out_w / w
        new_h = out_h
        new_w = max(1, (2 * w * out_h + h) // (2 * h))
    else:
        new_w = out_w
        new_h = max(1, (2 * h * out_w + w) // (2 * w))
    return new_h, new_w, (out_h - new_h) // 2, (out_w - new_w) // 2


def _samples(size: int, new_size: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    position = (torch.arange(new_size, dtype=torch.float64) + 0.5) * size / new_size - 0.5
    position = position.clamp(0, size - 1)
    lower = position.floor().long()
    upper = (lower + 1).clamp(max=size - 1)
    return lower, upper, position - lower


def letterbox(
    image: torch.Tensor,
    boxes: torch.Tensor,
    size: tuple[int, int],
    fill: int = 114,
) -> tuple[torch.Tensor, torch.Tensor]:
    if image.dtype != torch.uint8 or image.dim() != 3:
        raise ValueError("image must be a uint8 tensor of three dimensions")
    out_h, out_w = size
    if out_h < 1 or out_w < 1:
        raise ValueError("the sides of size must be at least 1")
    channels, h, w = image.shape
    new_h, new_w, top, left = _placement(h, w, out_h, out_w)

    pixels = image.double()
    lower, upper, weight = (t.to(image.device) for t in _samples(h, new_h))
    weight = weight[None, :, None]
    pixels = pixels[:, lower] * (1 - weight) + pixels[:, upper] * weight
    lower, upper, weight = (t.to(image.device) for t in _samples(w, new_w))
    pixels = pixels[:, :, lower] * (1 - weight) + pixels[:, :, upper] * weight

    canvas = torch.full((channels, out_h, out_w), fill, dtype=torch.uint8, device=image.device)
    canvas[:, top : top + new_h, left : left + new_w] = pixels.round().clamp(0, 255).to(torch.uint8)

    b = boxes.double()
    factor = b.new_tensor([new_w, new_h, new_w, new_h])
    divisor = b.new_tensor([w, h, w, h])
    offset = b.new_tensor([left, top, left, top])
    return canvas, (b * factor / divisor + offset).to(boxes.dtype)


def boxes_to_original(
    boxes: torch.Tensor,
    image_size: tuple[int, int],
    size: tuple[int, int],
) -> torch.Tensor:
    h, w = image_size
    new_h, new_w, top, left = _placement(h, w, *size)
    b = boxes.double()
    factor = b.new_tensor([w, h, w, h])
    divisor = b.new_tensor([new_w, new_h, new_w, new_h])
    offset = b.new_tensor([left, top, left, top])
    original = (b - offset) * factor / divisor
    return torch.minimum(original.clamp(min=0), factor).to(boxes.dtype)
