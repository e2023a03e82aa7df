import torch
from torch import nn


class StateSpace(nn.Module):
    def __init__(self, n_features: int, n_states: int) -> None:
        super().__init__()
        self.n_features = n_features
        self.n_states = n_states
        rates = torch.arange(1, n_states + 1, dtype=torch.get_default_dtype())
        self.log_rate = nn.Parameter(rates.log().repeat(n_features, 1))
        self.b = nn.Parameter(torch.ones(n_features, n_states))
        self.c = nn.Parameter(torch.randn(n_features, n_states))
        self.skip = nn.Parameter(torch.zeros(n_features))

    def forward(
        self, x: torch.Tensor, steps: torch.Tensor, state: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        n_batch, n_times, n_features = x.shape
        if steps.shape != (n_batch, n_times):
            raise ValueError(f"steps must have shape {(n_batch, n_times)}, not {tuple(steps.shape)}")
        state_shape = (n_batch, n_features, self.n_states)
        if state is None:
            h = torch.zeros(state_shape, dtype=x.dtype, device=x.device)
        elif state.shape != state_shape:
            raise ValueError(f"state must have shape {state_shape}, not {tuple(state.shape)}")
        else:
            h = state.clone()

        a = -self.log_rate.exp()
        outputs = []
        for t in range(n_times):
            ad = a * steps[:, t, None, None]  # (B, F, S)
            gain = torch.expm1(ad) / a * self.b  # expm1: exp(ad) - 1 would cancel for small ad
            h = ad.exp() * h + gain * x[:, t, :, None]
            outputs.append((self.c * h).sum(dim=-1) + self.skip * x[:, t])
        if outputs:
            return torch.stack(outputs, dim=1), h
        return x.new_zeros(x.shape), h
