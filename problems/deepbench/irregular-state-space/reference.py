import torch
from torch import nn


class StateSpace(nn.Module):
    def __init__(self, n_features: int, n_states: int) -> None:
        super().__init__()
        rates = torch.arange(1.0, n_states + 1).log()
        self.log_rate = nn.Parameter(rates.repeat(n_features, 1))
        self.b = nn.Parameter(torch.ones(n_features, n_states))
        self.c = nn.Parameter(torch.randn(n_features, n_states))
        self.skip = nn.Parameter(torch.zeros(n_features))

    def forward(
        self, x: torch.Tensor, steps: torch.Tensor, state: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if state is None:
            state = x.new_zeros(len(x), *self.b.shape)
        if steps.shape != x.shape[:2] or state.shape != (len(x), *self.b.shape):
            raise ValueError("steps must have shape (B, T) and the state (B, F, S)")
        a = -self.log_rate.exp()
        outputs = [self.skip * x]
        for value, step in zip(x.unbind(dim=1), steps.unbind(dim=1)):
            change = torch.expm1(a * step[:, None, None])  # exp(…) - 1 would lose all digits for small steps
            state = state + change * (state + self.b / a * value[..., None])
            outputs.append((self.c * state).sum(dim=2))
        return outputs[0] + torch.stack(outputs[1:], dim=1) if steps.numel() else outputs[0], state
