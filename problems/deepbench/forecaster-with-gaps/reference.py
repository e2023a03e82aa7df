import torch


def fit_forecaster(
    windows: torch.Tensor, targets: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor, list[float]]:
    observed = ~targets.isnan()
    windows = windows.nan_to_num(nan=0.0)
    weight = windows.new_zeros(targets.shape[1], windows.shape[1])
    bias = windows.new_zeros(targets.shape[1])
    losses = []
    for _ in range(steps):
        # Chosen before anything is multiplied: 0 * NaN is NaN.
        error = torch.where(observed, windows @ weight.T + bias - targets, 0)
        losses.append((error.square().sum() / observed.sum()).item())
        weight = weight - lr * 2 * error.T @ windows / observed.sum()
        bias = bias - lr * 2 * error.sum(dim=0) / observed.sum()
    return weight, bias, losses
