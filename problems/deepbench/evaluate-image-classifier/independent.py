import torch
from torch import nn
from torch.nn import functional as F


def evaluate(model: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]]) -> dict[str, float]:
    modes = [(module, module.training) for module in model.modules()]
    loss, correct, count = 0.0, 0, 0
    try:
        model.eval()
        with torch.no_grad():
            for images, labels in batches:
                if len(labels) == 0:
                    continue
                logits = model(images)
                loss += F.cross_entropy(logits.double(), labels, reduction="sum").item()
                correct += int((logits.argmax(dim=1) == labels).sum())
                count += len(labels)
    finally:
        for module, training in modes:
            module.training = training
    return {"loss": loss / count, "accuracy": correct / count}
