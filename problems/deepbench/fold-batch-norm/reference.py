import copy

import torch
from torch import nn


def fold_pair(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = -norm.running_mean if conv.bias is None else conv.bias - norm.running_mean
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    folded.bias = nn.Parameter(shift * scale + norm.bias)
    return folded


def fold_model(model: nn.Sequential) -> nn.Sequential:
    layers: list[nn.Module] = []
    for layer in model:
        if isinstance(layer, nn.BatchNorm2d) and layers and isinstance(layers[-1], nn.Conv2d):
            layers[-1] = fold_pair(layers[-1], layer)
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers).eval()
