import torch


@torch.no_grad()
def quantize_weight(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if weight.dim() != 2:
        raise ValueError("weight must have two dimensions")
    scale = weight.abs().amax(dim=1) / 127
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    q = torch.round(weight / scale[:, None]).clamp(-127, 127).to(torch.int8)
    return q, scale


@torch.no_grad()
def int8_linear(
    x: torch.Tensor,
    q: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    n_out, n_in = q.shape
    if x.dim() < 1 or x.shape[-1] != n_in:
        raise ValueError(f"the last dimension of x must be {n_in}")
    lead = x.shape[:-1]
    rows = x.reshape(lead.numel(), n_in)

    lo = rows.amin(dim=1, keepdim=True).clamp(max=0)
    hi = rows.amax(dim=1, keepdim=True).clamp(min=0)
    step = (hi - lo) / 255
    step = torch.where(step == 0, torch.ones_like(step), step)
    zero_point = torch.round(-lo / step)
    u = (torch.round(rows / step) + zero_point).clamp(0, 255)

    # |u - zero_point| <= 255 and |q| <= 128: below 2**31 for I up to 65,000.
    total = (u - zero_point).to(torch.int32) @ q.to(torch.int32).T
    out = step.double() * scale.double() * total.double()
    if bias is not None:
        out = out + bias.double()
    return out.to(torch.float32).reshape(*lead, n_out)
