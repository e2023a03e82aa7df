import torch


def crps_ensemble(samples: torch.Tensor, target: torch.Tensor, fair: bool = False) -> torch.Tensor:
    m = samples.shape[1]
    if fair and m == 1:
        raise ValueError("a fair score needs at least two samples")
    ranked = samples.double().sort(dim=1).values
    error = (ranked - target.double()[:, None]).abs().mean(dim=1)
    # In ascending order, x_i is added i times and subtracted m - 1 - i times over the pairs below and above it.
    factor = 2 * torch.arange(m, dtype=torch.float64) - (m - 1)
    pairs = m * (m - 1) if fair else m * m
    return error - (ranked * factor).sum(dim=1) / pairs
