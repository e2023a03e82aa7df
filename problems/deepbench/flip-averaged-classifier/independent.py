import torch
from torch import nn


def predict_with_flip(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    model.eval()
    with torch.no_grad():
        straight = model(images).softmax(dim=1)
        mirrored = model(images.flip(-1)).softmax(dim=1)
        return (straight + mirrored) / 2
