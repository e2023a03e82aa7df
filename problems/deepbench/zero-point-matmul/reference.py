import torch


def quantise(values: torch.Tensor, per_column: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    columns = values if per_column else values.reshape(-1, 1)
    low = columns.amin(dim=0).clamp_max(0)
    high = columns.amax(dim=0).clamp_min(0)
    scale = torch.where(high > low, (high - low) / 255, 1.0)
    zero = (-low / scale).round()
    # Never below 0: the least value is rounded as the zero point is.
    integers = ((values / scale).round() + zero).clamp_max(255).to(torch.uint8)
    return integers, scale[None], zero[None].to(torch.int64)


def integer_matmul(
    a: tuple[torch.Tensor, torch.Tensor, torch.Tensor], b: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> torch.Tensor:
    (a_integers, a_scale, a_zero), (b_integers, b_scale, b_zero) = a, b
    product = (a_integers - a_zero) @ (b_integers - b_zero)
    return product * a_scale * b_scale
