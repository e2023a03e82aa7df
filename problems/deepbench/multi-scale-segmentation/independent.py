import torch
import torch.nn.functional as F
from torch import nn


def _resize(maps: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False, antialias=False)


@torch.no_grad()
def segment(model: nn.Module, images: torch.Tensor, scales: list[float]) -> torch.Tensor:
    model.eval()
    height, width = images.shape[-2:]
    total = None
    for scale in scales:
        resized = _resize(images, (int(height * scale), int(width * scale)))
        mirrored = resized.flip(-1)
        straight = model(resized).softmax(dim=1)
        back = model(mirrored).softmax(dim=1).flip(-1)
        for probabilities in (straight, back):
            probabilities = _resize(probabilities, (height, width))
            total = probabilities if total is None else total + probabilities
    return total / (2 * len(scales))
