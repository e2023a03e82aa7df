import torch
from torch import nn

DROPOUT = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)


@torch.no_grad()
def mc_dropout_predict(
    model: nn.Module,
    x: torch.Tensor,
    n_samples: int,
    seed: int,
    batch_size: int = 256,
) -> dict[str, torch.Tensor]:
    if n_samples < 1 or batch_size < 1:
        raise ValueError("n_samples and batch_size must be at least 1")
    modes = {module: module.training for module in model.modules()}
    try:
        # The flags are set one by one: train() and eval() reach the children as well.
        for module in modes:
            module.training = isinstance(module, DROPOUT)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            passes = [torch.cat([model(rows) for rows in x.split(batch_size)]) for _ in range(n_samples)]
    finally:
        for module, training in modes.items():
            module.training = training
    means, log_variances = torch.stack(passes).double().unbind(dim=2)
    mean = means.mean(dim=0)
    epistemic = (means - mean).square().mean(dim=0)
    aleatoric = log_variances.exp().mean(dim=0)
    results = {
        "mean": mean,
        "epistemic": epistemic,
        "aleatoric": aleatoric,
        "std": (epistemic + aleatoric).sqrt(),
    }
    return {name: value.float() for name, value in results.items()}
