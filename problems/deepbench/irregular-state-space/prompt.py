import torch
from torch import nn


class StateSpace(nn.Module):
    """Diagonal linear state-space layer for series whose time steps differ.

    Every one of F features has S states of its own. With a = -exp(log_rate) and d the time since the last value,
    a value x of the feature changes each of its states to

        ``h = exp(a * d) * h + (exp(a * d) - 1) / a * b * x``,

    and the output of the feature is then ``Σ c * h + skip * x``, summed over its states.

    Parameters: ``log_rate``, ``b`` and ``c`` of shape (F, S), and ``skip`` of shape (F,). At the start ``b`` is 1,
    ``skip`` is 0, ``log_rate`` of state s is log(s + 1), s from 0, and ``c`` is drawn from the standard normal
    distribution. The result is accurate (relative 1e-4) also where a * d is as small as 1e-6.
    """

    def __init__(self, n_features: int, n_states: int) -> None: ...

    def forward(
        self, x: torch.Tensor, steps: torch.Tensor, state: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The outputs (B, T, F) and the states after the last time (B, F, S).

        A long series may be fed piece by piece, with the states that one call returns given to the next.

        Args:
            x: float tensor (B, T, F), T may be 0.
            steps: float tensor (B, T), the time since the previous value, >= 0.
            state: states before the first time (B, F, S), which are not changed; zeros if None.

        Raises:
            ValueError: if ``steps`` is not of shape (B, T), or a given state not of shape (B, F, S).
        """
