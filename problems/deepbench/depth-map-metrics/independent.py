import torch


def _median(values: torch.Tensor) -> torch.Tensor:
    ordered = values.sort().values
    n = ordered.numel()
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


@torch.no_grad()
def depth_metrics(
    predicted: torch.Tensor, depth: torch.Tensor, max_depth: float = 80.0, align: bool = False
) -> dict[str, float]:
    valid = (depth > 0) & (depth <= max_depth)
    sums = {"abs_rel": 0.0, "rmse_log": 0.0, "delta1": 0.0}
    images = 0
    for b in range(depth.shape[0]):
        where = valid[b]
        if not where.any():
            continue
        images += 1
        p = predicted[b][where].double()
        d = depth[b][where].double()
        if align:
            p = p * (_median(d) / _median(p))
        p = p.clamp(0.001, max_depth)
        sums["abs_rel"] += ((p - d).abs() / d).mean().item()
        sums["rmse_log"] += (p.log() - d.log()).square().mean().sqrt().item()
        sums["delta1"] += (torch.maximum(p / d, d / p) < 1.25).double().mean().item()
    return {name: value / images if images else float("nan") for name, value in sums.items()}
