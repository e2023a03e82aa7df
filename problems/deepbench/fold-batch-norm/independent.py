import copy

import torch
from torch import nn


@torch.no_grad()
def fold_pair(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded = nn.utils.skip_init(
        nn.Conv2d,
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
        bias=True,
        padding_mode=conv.padding_mode,
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    if norm.weight is not None:
        scale = scale * norm.weight.double()
    shift = -norm.running_mean.double()
    if conv.bias is not None:
        shift = shift + conv.bias.double()
    bias = shift * scale
    if norm.bias is not None:
        bias = bias + norm.bias.double()
    folded.weight.copy_(conv.weight.double() * scale[:, None, None, None])
    folded.bias.copy_(bias)
    return folded.train(conv.training)


def fold_model(model: nn.Sequential) -> nn.Sequential:
    layers = list(model)
    result: list[nn.Module] = []
    i = 0
    while i < len(layers):
        layer = layers[i]
        following = layers[i + 1] if i + 1 < len(layers) else None
        if (
            isinstance(layer, nn.Conv2d)
            and isinstance(following, nn.BatchNorm2d)
            and following.running_mean is not None
        ):
            result.append(fold_pair(layer, following))
            i += 2
            continue
        if type(layer) is nn.Sequential:
            result.append(fold_model(layer))
        else:
            result.append(copy.deepcopy(layer))
        i += 1
    return nn.Sequential(*result).eval()
