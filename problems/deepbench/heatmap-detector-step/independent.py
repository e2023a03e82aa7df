import copy

import torch
from torch import nn
from torch.nn import functional as F


def heatmap_step(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    lr: float,
    size_weight: float = 0.1,
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model)
    model.train()
    model.zero_grad(set_to_none=True)

    n = max(sum(int((heat == 1).sum()) for _, heat, _ in batches), 1)

    heat_loss = size_loss = 0.0
    with torch.enable_grad():
        for images, heat, sizes in batches:
            n_classes = heat.shape[1]
            out = model(images)
            logits, predicted = out[:, :n_classes], out[:, n_classes:]

            centre = heat == 1
            p, q = torch.sigmoid(logits), torch.sigmoid(-logits)  # q = 1 - p
            at_centre = -q.square() * F.logsigmoid(logits)
            elsewhere = -((1 - heat) ** 4) * p.square() * F.logsigmoid(-logits)
            heat_part = torch.where(centre, at_centre, elsewhere).sum() / n

            count = centre.sum(dim=1, keepdim=True)  # (B, 1, h, w)
            # sizes may be NaN away from centres
            wanted = torch.where(count > 0, sizes, torch.zeros_like(sizes))
            size_part = ((predicted - wanted).abs() * count).sum() / n

            loss = heat_part + size_weight * size_part
            if loss.requires_grad:
                loss.backward()
            heat_loss += heat_part.item()
            size_loss += size_part.item()

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(parameter.grad, alpha=lr)
    model.zero_grad(set_to_none=True)
    return model, heat_loss, size_loss
