import torch
import torch.nn.functional as F
from torch import nn


def fgsm_images(model: nn.Module, images: torch.Tensor, labels: torch.Tensor, epsilon: float) -> torch.Tensor:
    x = images.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(F.cross_entropy(model(x), labels), x)
    return (images + epsilon * gradient.sign()).clamp(0, 1)
