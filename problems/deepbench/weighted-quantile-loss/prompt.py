import torch


def weighted_quantile_loss(
    forecast: torch.Tensor, target: torch.Tensor, observed: torch.Tensor, quantiles: list[float]
) -> tuple[float, list[float]]:
    """Weighted quantile loss of forecasts for many series.

    The pinball loss of a forecast f of the quantile q is q * (y - f) if y >= f and (1 - q) * (f - y) otherwise. For
    each quantile, the weighted loss is 2 * (sum of the pinball losses) / (sum of |y|), both sums over all observed
    steps of all series together. Computation is in float64.

    Args:
        forecast: float tensor (S, H, Q), one forecast per quantile. Not changed.
        target: float tensor (S, H). Not changed.
        observed: bool tensor (S, H). Where it is false, target and forecast may hold anything, also NaN and inf.
        quantiles: Q numbers in (0, 1).

    Returns:
        The mean over the quantiles, and the loss of each quantile, as floats. All are NaN if the sum of |y| is 0.

    Raises:
        ValueError: if ``quantiles`` does not have Q entries.
    """
