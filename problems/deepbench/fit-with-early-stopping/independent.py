import copy
import math

import torch
from torch import nn


def fit_regressor(
    model: nn.Module,
    train_x: torch.Tensor,
    train_y: torch.Tensor,
    valid_x: torch.Tensor,
    valid_y: torch.Tensor,
    lr: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
    min_delta: float = 0.0,
) -> tuple[nn.Module, list[float], list[float]]:
    best_model = copy.deepcopy(model)
    model = copy.deepcopy(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    n = train_x.shape[0]
    best = math.inf
    stale = 0
    train_losses: list[float] = []
    valid_losses: list[float] = []

    for _ in range(max_epochs):
        model.train()
        total = 0.0
        for begin in range(0, n, batch_size):
            x = train_x[begin : begin + batch_size]
            y = train_y[begin : begin + batch_size]
            model.zero_grad(set_to_none=True)
            with torch.enable_grad():
                loss = (model(x).squeeze(-1) - y).square().mean()
                loss.backward()
            with torch.no_grad():
                for p in parameters:
                    if p.grad is not None:
                        p.add_(p.grad, alpha=-lr)
            total += loss.item() * x.shape[0]
        model.zero_grad(set_to_none=True)
        train_losses.append(total / n)

        # A throw-away copy is measured, so that nothing can remain in the model.
        probe = copy.deepcopy(model).eval()
        with torch.no_grad():
            valid_loss = (probe(valid_x).squeeze(-1) - valid_y).square().mean().item()
        valid_losses.append(valid_loss)

        if math.isfinite(valid_loss) and (best == math.inf or valid_loss < best - min_delta):
            best = valid_loss
            best_model = copy.deepcopy(model)
            stale = 0
        else:
            stale += 1
            if stale >= patience:
                break

    best_model.eval()
    return best_model, train_losses, valid_losses
