import math

import torch


class RegressionMeter:
    def __init__(self, n_targets: int = 1) -> None:
        self.n_targets = n_targets
        zeros = torch.zeros(n_targets, dtype=torch.float64)
        self._count = zeros.clone()
        self._abs = zeros.clone()
        self._sq = zeros.clone()
        self._mean = zeros.clone()  # of the true values
        self._m2 = zeros.clone()  # their squared deviations from it
        self._low = torch.full_like(zeros, math.inf)
        self._high = torch.full_like(zeros, -math.inf)

    def _rows(self, values: torch.Tensor, what: str) -> torch.Tensor:
        if self.n_targets == 1 and values.dim() == 1:
            values = values.unsqueeze(1)
        if values.dim() != 2 or values.shape[1] != self.n_targets:
            raise ValueError(f"{what} have the shape {tuple(values.shape)}, expected (N, {self.n_targets})")
        return values.detach().cpu().double()

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        predictions = self._rows(predictions, "predictions")
        targets = self._rows(targets, "targets")
        if len(predictions) != len(targets):
            raise ValueError("predictions and targets differ in the number of rows")
        if len(targets) == 0:
            return

        missing = targets.isnan()
        errors = (predictions - targets).masked_fill(missing, 0.0)
        self._abs += errors.abs().sum(dim=0)
        self._sq += errors.square().sum(dim=0)
        self._low = torch.minimum(self._low, targets.masked_fill(missing, math.inf).amin(dim=0))
        self._high = torch.maximum(self._high, targets.masked_fill(missing, -math.inf).amax(dim=0))

        count = (~missing).sum(dim=0).double()
        divisor = count.clamp(min=1)
        mean = targets.masked_fill(missing, 0.0).sum(dim=0) / divisor
        m2 = (targets - mean).masked_fill(missing, 0.0).square().sum(dim=0)
        total = self._count + count
        share = count / total.clamp(min=1)
        delta = mean - self._mean
        self._m2 = torch.where(count > 0, self._m2 + m2 + delta.square() * self._count * share, self._m2)
        self._mean = torch.where(count > 0, self._mean + delta * share, self._mean)
        self._count = total

    def compute(self) -> dict:
        mae, rmse, r2 = [], [], []
        for k in range(self.n_targets):
            count = self._count[k].item()
            sq = self._sq[k].item()
            m2 = self._m2[k].item()
            varies = self._low[k].item() < self._high[k].item() and m2 > 0
            mae.append(self._abs[k].item() / count if count else math.nan)
            rmse.append(math.sqrt(sq / count) if count else math.nan)
            r2.append(1 - sq / m2 if varies else math.nan)
        valid = [value for value in r2 if not math.isnan(value)]
        return {
            "mae": mae,
            "rmse": rmse,
            "r2": r2,
            "r2_mean": sum(valid) / len(valid) if valid else math.nan,
        }
