import torch


def quantize_weight(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if weight.ndim != 2:
        raise ValueError("weight must have shape (O, I)")
    greatest = weight.abs().amax(dim=1)
    scale = torch.where(greatest > 0, greatest / 127, 1.0)
    q = (weight / scale[:, None]).round().clamp(-127, 127)
    return q.to(torch.int8), scale


def int8_linear(
    x: torch.Tensor,
    q: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    if x.shape[-1] != q.shape[1]:
        raise ValueError("the last dimension of x must be the layer's number of inputs")
    lo = x.amin(dim=-1, keepdim=True).clamp_max(0)
    hi = x.amax(dim=-1, keepdim=True).clamp_min(0)
    step = torch.where(hi > lo, (hi - lo) / 255, 1.0)
    zero_point = (-lo / step).round()
    u = ((x / step).round() + zero_point).clamp(0, 255)
    # Integers wide enough: 10,000 products of 255 * 127 need 29 bits, and uint8 minus the zero point would wrap.
    total = (u - zero_point).to(torch.int32) @ q.to(torch.int32).T
    result = total * (step * scale)
    return result if bias is None else result + bias
