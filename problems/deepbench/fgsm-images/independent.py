import torch
from torch import nn
from torch.nn import functional as F


def fgsm_images(model: nn.Module, images: torch.Tensor, labels: torch.Tensor, epsilon: float) -> torch.Tensor:
    x = images.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        loss = F.cross_entropy(model(x), labels, reduction="sum")
    # autograd.grad, not backward: the parameters' .grad stay as they are
    (gradient,) = torch.autograd.grad(loss, x)
    with torch.no_grad():
        return (x.detach() + epsilon * gradient.sign()).clamp(0.0, 1.0)
