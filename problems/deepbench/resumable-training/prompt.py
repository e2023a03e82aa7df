import torch
from torch import nn


class ResumableTrainer:
    """Trains a regressor on a table by SGD with momentum, and can be stopped and resumed at any step.

    An epoch goes once through all rows in a random order, ``batch_size`` rows a step; the last step of an epoch takes
    what is left. Each epoch draws a new order. A step is one step of ``torch.optim.SGD(lr=lr, momentum=momentum)`` on
    the mean squared error of its rows.

    A trainer that has loaded a checkpoint goes on exactly as the one that saved it, to the last bit: the same rows in
    the same order, also in the middle of an epoch and in the epochs that follow, the same losses and weights. This
    holds whatever weights and seed it was built with, and whatever it did before. Equal seeds give equal training;
    neither the global random state nor other trainers matter, and training leaves the global random state alone.

    Args:
        model: maps (N, F) to (N, 1); has no random layers. Not changed: a copy is trained, in training mode.
        x: float tensor (N, F), N >= 1.
        y: float tensor (N,).
        lr, momentum: of the optimiser.
        batch_size: >= 1.
        seed: decides the orders.

    Attributes:
        model: the model that is trained.
    """

    def __init__(
        self, model: nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float, momentum: float, batch_size: int, seed: int
    ) -> None: ...

    def step(self) -> float:
        """Train on the next rows, and return their loss before the step."""

    def save(self) -> bytes:
        """A checkpoint, to be loaded by a trainer with the same rows, lr, momentum and batch_size."""

    def load(self, checkpoint: bytes) -> None:
        """Go on from a checkpoint. One checkpoint can be loaded any number of times."""
