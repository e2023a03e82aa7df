import copy

import torch
from torch import nn
from torch.nn import functional as F


def boundary_step(
    model: nn.Module,
    characters: torch.Tensor,
    lengths: torch.Tensor,
    ends: torch.Tensor,
    lr: float,
    max_norm: float,
) -> tuple[nn.Module, float, float]:
    model = copy.deepcopy(model).train()
    model.zero_grad(set_to_none=True)

    with torch.enable_grad():
        logits, targets = [], []
        # Rows of equal length go through the model together, without their padding, so that it has no influence
        # either where the model looks at later characters (such as a bidirectional network).
        for length in torch.unique(lengths).tolist():
            if length == 0:
                continue
            rows = lengths == length
            logits.append(model(characters[rows, :length]).squeeze(-1).flatten())
            targets.append(ends[rows, :length].flatten())
        x = torch.cat(logits)
        y = torch.cat(targets)
        n_ends = int(y.sum())
        n_rest = y.numel() - n_ends
        weight = n_rest / n_ends if n_ends and n_rest else 1.0
        loss = F.binary_cross_entropy_with_logits(x, y.to(x.dtype), pos_weight=x.new_tensor(weight))
        loss.backward()

    with torch.no_grad():
        trained = [p for p in model.parameters() if p.grad is not None]
        if trained:
            norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(p.grad) for p in trained])).item()
        else:
            norm = 0.0
        factor = max_norm / norm if norm > max_norm else 1.0
        for p in trained:
            p.sub_(p.grad * factor, alpha=lr)
    model.zero_grad(set_to_none=True)
    return model, loss.item(), norm
