import torch


def depth_metrics(
    predicted: torch.Tensor, depth: torch.Tensor, max_depth: float = 80.0, align: bool = False
) -> dict[str, float]:
    rows = []
    for prediction, truth in zip(predicted, depth):
        valid = (truth > 0) & (truth <= max_depth)
        if not valid.any():
            continue
        p, d = prediction[valid].double(), truth[valid].double()
        if align:
            p = p * d.quantile(0.5) / p.quantile(0.5)
        p = p.clamp(0.001, max_depth)
        log_error = p.log() - d.log()
        rows.append(
            [
                ((p - d).abs() / d).mean().item(),
                log_error.square().mean().sqrt().item(),
                (torch.maximum(p / d, d / p) < 1.25).double().mean().item(),
            ]
        )
    means = torch.tensor(rows, dtype=torch.float64).reshape(-1, 3).mean(dim=0).tolist()
    return dict(zip(("abs_rel", "rmse_log", "delta1"), means))
