import copy

import torch
from torch import nn


def slope_matching_step(
    model: nn.Module, x: torch.Tensor, values: torch.Tensor, slopes: torch.Tensor, lr: float, weight: float = 1.0
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model)
    model.zero_grad(set_to_none=True)
    points = x.detach().clone().requires_grad_(True)
    predictions = model(points).squeeze(-1)
    # Each row depends on its own point only, so the gradient of the sum holds every row's slopes.
    (gradients,) = torch.autograd.grad(predictions.sum(), points, create_graph=True, materialize_grads=True)
    value_loss = ((predictions - values.detach()) ** 2).mean()
    slope_loss = ((gradients - slopes.detach()) ** 2).sum(dim=1).mean()
    loss = value_loss + weight * slope_loss
    parameters = [p for p in model.parameters() if p.requires_grad]
    steps = torch.autograd.grad(loss, parameters, allow_unused=True)
    with torch.no_grad():
        for parameter, step in zip(parameters, steps):
            if step is not None:
                parameter -= lr * step
    return model, value_loss.item(), slope_loss.item()
