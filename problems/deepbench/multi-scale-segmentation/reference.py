import torch
from torch import nn
from torch.nn import functional as F


@torch.no_grad()
def segment(model: nn.Module, images: torch.Tensor, scales: list[float]) -> torch.Tensor:
    model.eval()
    height, width = images.shape[2:]
    answers = []
    for scale in scales:
        resized = F.interpolate(images, size=(int(height * scale), int(width * scale)), mode="bilinear")
        both = model(resized).softmax(dim=1) + model(resized.flip(3)).softmax(dim=1).flip(3)
        answers.append(F.interpolate(both / 2, size=(height, width), mode="bilinear"))
    return torch.stack(answers).mean(dim=0)
