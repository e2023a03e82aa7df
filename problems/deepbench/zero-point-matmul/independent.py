import torch


def quantise(values: torch.Tensor, per_column: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    dims = (0,) if per_column else (0, 1)
    low = values.amin(dim=dims, keepdim=True).clamp(max=0)
    high = values.amax(dim=dims, keepdim=True).clamp(min=0)
    scale = torch.where(high == low, torch.ones_like(low), (high - low) / 255)
    zero_point = torch.round(-low / scale)
    integers = (torch.round(values / scale) + zero_point).clamp(0, 255).to(torch.uint8)
    return integers, scale, zero_point.to(torch.int64)


def integer_matmul(
    a: tuple[torch.Tensor, torch.Tensor, torch.Tensor], b: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> torch.Tensor:
    a_integers, a_scale, a_zero = a
    b_integers, b_scale, b_zero = b
    # Differences of at most 255: their products and sums are exact in float64.
    product = (a_integers.to(torch.int64) - a_zero).double() @ (b_integers.to(torch.int64) - b_zero).double()
    return product * (a_scale * b_scale)
