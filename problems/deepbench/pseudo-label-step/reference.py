import copy

import torch
import torch.nn.functional as F
from torch import nn


def pseudo_label_step(
    model: nn.Module,
    labelled: torch.Tensor,
    labels: torch.Tensor,
    weak: torch.Tensor,
    strong: torch.Tensor,
    lr: float,
    threshold: float = 0.95,
) -> tuple[nn.Module, float, float, int]:
    model = copy.deepcopy(model)
    with torch.no_grad():
        confidence, pseudo = model.eval()(weak).softmax(dim=1).max(dim=1)
    sure = confidence >= threshold
    model.train()
    supervised = F.cross_entropy(model(labelled), labels)
    unsupervised = (F.cross_entropy(model(strong), pseudo, reduction="none") * sure).mean()
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(supervised + unsupervised, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= lr * gradient
    return model, supervised.item(), unsupervised.item(), int(sure.sum())
