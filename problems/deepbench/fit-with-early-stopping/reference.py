import copy

import torch
import torch.nn.functional as F
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
    best, best_loss, best_epoch = copy.deepcopy(model), float("inf"), -1
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    train_losses, valid_losses = [], []
    for epoch in range(max_epochs):
        model.train()
        total = 0.0
        for x, y in zip(train_x.split(batch_size), train_y.split(batch_size)):
            loss = F.mse_loss(model(x).squeeze(1), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        train_losses.append(total / len(train_x))
        model.eval()
        with torch.no_grad():
            valid_losses.append(F.mse_loss(model(valid_x).squeeze(1), valid_y).item())
        if valid_losses[-1] < best_loss - min_delta:
            # Not a bare state_dict: its tensors would go on changing with the model.
            best, best_loss, best_epoch = copy.deepcopy(model), valid_losses[-1], epoch
        elif epoch - best_epoch >= patience:
            break
    return best.eval(), train_losses, valid_losses
