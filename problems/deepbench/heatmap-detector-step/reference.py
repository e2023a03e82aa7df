import copy

import torch
import torch.nn.functional as F
from torch import nn


def heatmap_step(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    lr: float,
    size_weight: float = 0.1,
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model).train()
    n = max(sum(int((wanted == 1).sum()) for _, wanted, _ in batches), 1)
    heat_loss, size_loss = 0.0, 0.0
    for images, wanted, sizes in batches:
        output = model(images)
        logits, centre = output[:, :-2], wanted == 1
        p = logits.sigmoid()
        # log(1 - p) is the log-sigmoid of the negated logit.
        hit = (1 - p) ** 2 * F.logsigmoid(logits)
        miss = (1 - wanted) ** 4 * p**2 * F.logsigmoid(-logits)
        heat = -torch.where(centre, hit, miss).sum() / n
        image, _, row, column = centre.nonzero(as_tuple=True)
        size = (output[image, -2:, row, column] - sizes[image, :, row, column]).abs().sum() / n
        (heat + size_weight * size).backward()
        heat_loss += heat.item()
        size_loss += size.item()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
    return model, heat_loss, size_loss
