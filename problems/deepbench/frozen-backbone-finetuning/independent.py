import torch
from torch import nn
from torch.nn import functional as F


def finetune_head(
    backbone: nn.Module, head: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], lr: float
) -> tuple[nn.Module, nn.Module, list[float]]:
    backbone.eval()
    backbone.requires_grad_(False)
    head.train()
    optimizer = torch.optim.SGD(head.parameters(), lr=lr)

    losses = []
    for images, labels in batches:
        with torch.no_grad():
            features = backbone(images)
        optimizer.zero_grad(set_to_none=True)
        with torch.enable_grad():
            loss = F.cross_entropy(head(features), labels)
            loss.backward()
        optimizer.step()
        losses.append(loss.item())
    optimizer.zero_grad(set_to_none=True)
    return backbone, head, losses
