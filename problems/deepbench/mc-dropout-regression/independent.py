import torch
from torch import nn

_DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)


def mc_dropout_predict(
    model: nn.Module,
    x: torch.Tensor,
    n_samples: int,
    seed: int,
    batch_size: int = 256,
) -> dict[str, torch.Tensor]:
    if n_samples < 1:
        raise ValueError(f"n_samples must be at least 1, got {n_samples}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")

    n_rows = x.shape[0]
    means = torch.zeros(n_samples, n_rows, dtype=torch.float64, device=x.device)
    variances = torch.zeros_like(means)
    modes = [(module, module.training) for module in model.modules()]
    # The fused kernels of transformer layers in eval mode would pass over their dropout modules.
    fastpath = torch.backends.mha.get_fastpath_enabled()
    try:
        torch.backends.mha.set_fastpath_enabled(False)
        for module, _ in modes:
            module.training = isinstance(module, _DROPOUTS)
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(seed % 2**64)
            for sample in range(n_samples):
                for begin in range(0, n_rows, batch_size):
                    # A copy, as the model may begin with a layer that works in place.
                    batch = x[begin : begin + batch_size].detach().clone()
                    output = model(batch).double()
                    means[sample, begin : begin + batch_size] = output[:, 0]
                    variances[sample, begin : begin + batch_size] = output[:, 1].exp()
    finally:
        torch.backends.mha.set_fastpath_enabled(fastpath)
        for module, mode in modes:
            module.training = mode

    mean = means.mean(dim=0)
    epistemic = (means - mean).square().mean(dim=0)
    aleatoric = variances.mean(dim=0)
    return {
        "mean": mean.float(),
        "epistemic": epistemic.float(),
        "aleatoric": aleatoric.float(),
        "std": (epistemic + aleatoric).sqrt().float(),
    }
