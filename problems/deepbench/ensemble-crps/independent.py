import torch


def crps_ensemble(samples: torch.Tensor, target: torch.Tensor, fair: bool = False) -> torch.Tensor:
    m = samples.shape[1]
    if fair and m == 1:
        raise ValueError("the fair score needs at least two samples")
    x = samples.double()
    y = target.double()

    # sum_ij |x_i - x_j| = 2 * sum_i x_i * (number below x_i - number above x_i)
    with torch.no_grad():
        values = x.detach().contiguous()
        ordered = values.sort(dim=1).values
        below = torch.searchsorted(ordered, values, right=False)
        not_above = torch.searchsorted(ordered, values, right=True)
        rank = (below + not_above - m).double()  # its sum is 0, so any shift of x is allowed
        center = values.mean(dim=1, keepdim=True)
    pairs = 2 * (rank * (x - center)).sum(dim=1)
    divisor = m * (m - 1) if fair else m * m
    return (x - y[:, None]).abs().mean(dim=1) - 0.5 * pairs / divisor
