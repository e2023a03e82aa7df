import torch
import torch.nn.functional as F


def _placement(image_size: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    (height, width), (out_h, out_w) = image_size, size
    # Integers throughout: a float scale can push an exact half to the wrong side.
    if out_h * width <= out_w * height:
        new_h, new_w = out_h, max(1, (2 * width * out_h + height) // (2 * height))
    else:
        new_h, new_w = max(1, (2 * height * out_w + width) // (2 * width)), out_w
    return new_h, new_w, (out_h - new_h) // 2, (out_w - new_w) // 2


def letterbox(
    image: torch.Tensor,
    boxes: torch.Tensor,
    size: tuple[int, int],
    fill: int = 114,
) -> tuple[torch.Tensor, torch.Tensor]:
    if image.dtype != torch.uint8 or image.ndim != 3:
        raise ValueError("image must be uint8 of shape (C, H, W)")
    if min(size) < 1:
        raise ValueError("size must be positive")
    channels, height, width = image.shape
    new_h, new_w, top, left = _placement((height, width), size)
    resized = F.interpolate(image[None].double(), size=(new_h, new_w), mode="bilinear", align_corners=False)[0]
    canvas = torch.full((channels, *size), fill, dtype=torch.uint8)
    canvas[:, top : top + new_h, left : left + new_w] = resized.round().to(torch.uint8)
    scale = boxes.new_tensor([new_w / width, new_h / height] * 2)
    return canvas, boxes * scale + boxes.new_tensor([left, top] * 2)


def boxes_to_original(
    boxes: torch.Tensor,
    image_size: tuple[int, int],
    size: tuple[int, int],
) -> torch.Tensor:
    height, width = image_size
    new_h, new_w, top, left = _placement(image_size, size)
    scale = boxes.new_tensor([width / new_w, height / new_h] * 2)
    original = (boxes - boxes.new_tensor([left, top] * 2)) * scale
    return original.clamp_min(0).minimum(boxes.new_tensor([width, height] * 2))
