import torch
import torch.nn.functional as F
from torch import nn


def finetune_head(
    backbone: nn.Module, head: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]], lr: float
) -> tuple[nn.Module, nn.Module, list[float]]:
    backbone.eval().requires_grad_(False)
    head.train()
    optimizer = torch.optim.SGD(head.parameters(), lr=lr)
    losses = []
    for images, labels in batches:
        loss = F.cross_entropy(head(backbone(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return backbone, head, losses
