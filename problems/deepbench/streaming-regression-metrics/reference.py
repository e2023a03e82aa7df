import torch


class RegressionMeter:
    def __init__(self, n_targets: int = 1) -> None:
        self._count, self._mean, self._m2, self._absolute, self._squared = torch.zeros(
            5, n_targets, dtype=torch.float64
        )
        self._least = torch.full((n_targets,), float("inf"), dtype=torch.float64)
        self._greatest = -self._least

    def _column(self, values: torch.Tensor) -> torch.Tensor:
        n_targets = len(self._count)
        if n_targets == 1 and values.ndim == 1:
            values = values[:, None]
        if values.ndim != 2 or values.shape[1] != n_targets:
            raise ValueError(f"expected the shape (N, {n_targets})")
        return values.detach().double()

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        predictions, targets = self._column(predictions), self._column(targets)
        if len(predictions) != len(targets):
            raise ValueError("predictions and targets differ in their numbers of rows")
        known = ~targets.isnan()
        error = torch.where(known, predictions - targets, 0.0)
        self._absolute = self._absolute + error.abs().sum(dim=0)
        self._squared = self._squared + (error**2).sum(dim=0)

        # Chan et al.: sums of squares about the mean, merged without cancellation.
        count = known.sum(dim=0)
        mean = targets.nansum(dim=0) / count.clamp_min(1)
        m2 = torch.where(known, targets - mean, 0.0).square().sum(dim=0)
        total = self._count + count
        delta = mean - self._mean
        share = count / total.clamp_min(1)
        self._m2 = self._m2 + m2 + delta**2 * self._count * share
        self._mean = self._mean + delta * share
        self._count = total
        # Rounding leaves a little in m2 even when all values are equal, so equality is seen from the extremes.
        self._least = torch.cat([self._least[None], targets.nan_to_num(nan=float("inf"))]).amin(dim=0)
        self._greatest = torch.cat([self._greatest[None], targets.nan_to_num(nan=float("-inf"))]).amax(dim=0)

    def compute(self) -> dict:
        varied = self._least < self._greatest
        r2 = torch.where(varied, 1 - self._squared / self._m2, float("nan"))
        return {
            "mae": (self._absolute / self._count).tolist(),
            "rmse": (self._squared / self._count).sqrt().tolist(),
            "r2": r2.tolist(),
            "r2_mean": r2.nanmean().item(),
        }
