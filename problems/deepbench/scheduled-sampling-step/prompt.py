import torch
from torch import nn


def teacher_probability(step: int, k: float) -> float:
    """Probability of feeding a true value at a training step (>= 0): ``k / (k + exp(step / k))``, for k > 0.

    The result is correct for any step, even where ``exp(step / k)`` overflows a float.
    """


def sampled_step(
    cell: nn.GRUCell,
    head: nn.Linear,
    history: torch.Tensor,
    targets: torch.Tensor,
    teacher: torch.Tensor,
    lr: float,
) -> tuple[nn.GRUCell, nn.Linear, torch.Tensor, float]:
    """One step of plain SGD for a recurrent forecaster that is fed partly true values, partly its own predictions.

    The cell reads the history value by value, from a hidden state of zeros. From the state after the last value, the
    head predicts the first target. For each further target, the cell reads one more value, and the head predicts from
    its new state. The value read is, for each series on its own,

    * the previous target, where ``teacher`` says so **and** that target is not missing (NaN);
    * the network's own prediction of it otherwise, as a number: no gradient flows through it.

    The loss is the squared error averaged over all targets that are not missing (at least one is not).

    Args:
        cell: ``nn.GRUCell`` with input size 1. Not changed: a copy is trained.
        head: ``nn.Linear`` from the hidden size to 1. Not changed: a copy is trained.
        history: float tensor (B, T), T >= 1, without missing values.
        targets: float tensor (B, H), H >= 1, NaN where missing.
        teacher: bool tensor (B, H - 1): entry h is about target h, which is read before target h + 1 is predicted.
        lr: learning rate.

    Returns:
        The trained copies of cell and head; the predictions (B, H) before the step, without autograd history; and the
        loss before the step, as a float. No argument is changed.
    """
