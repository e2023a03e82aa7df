import torch


@torch.no_grad()
def fit_forecaster(
    windows: torch.Tensor, targets: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor, list[float]]:
    x = torch.where(torch.isnan(windows), torch.zeros_like(windows), windows)
    present = ~torch.isnan(targets)
    y = torch.where(present, targets, torch.zeros_like(targets))
    count = int(present.sum())
    weight = torch.zeros(targets.shape[1], windows.shape[1], dtype=windows.dtype, device=windows.device)
    bias = torch.zeros(targets.shape[1], dtype=windows.dtype, device=windows.device)
    losses: list[float] = []
    for _ in range(steps):
        error = (x @ weight.T + bias - y).masked_fill(~present, 0.0)
        losses.append(float((error**2).sum() / count))
        weight = weight - lr * (2.0 / count) * (error.T @ x)
        bias = bias - lr * (2.0 / count) * error.sum(0)
    return weight, bias, losses
