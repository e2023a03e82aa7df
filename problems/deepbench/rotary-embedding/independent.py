import torch


def rotary_tables(positions: torch.Tensor, dim: int, base: float = 10000.0) -> tuple[torch.Tensor, torch.Tensor]:
    if dim % 2:
        raise ValueError(f"dim must be even, but is {dim}")
    # In float64: in float32, the angles of large positions would be off.
    pairs = torch.arange(dim // 2, dtype=torch.float64, device=positions.device)
    angles = positions.double()[:, None] * float(base) ** (-2.0 * pairs / dim)
    return angles.cos().float(), angles.sin().float()


def apply_rotary(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    a, b = x.float().chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1).to(x.dtype)
