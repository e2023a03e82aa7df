import torch
from torch import nn


def rollout_step(
    model: nn.Module, frames: torch.Tensor, lr: float, free: int, unrolled: int
) -> tuple[nn.Module, list[float]]:
    """One step of plain SGD of a network that predicts the next frame, fed with its own predictions.

    Prediction 1 is made from frame 0 of the video, and each further one from the prediction before. In this way
    ``free + unrolled`` frames are predicted. The first ``free`` only serve to bring the network where it will be at
    inference: no loss, and no gradient flows through them. The last ``unrolled`` are compared with the true frames:
    the loss is the mean over these predictions of the mean squared error, and its gradient flows back through all of
    them, but not into the free ones.

    Args:
        model: maps frames (B, C, H, W) to the next ones, of the same shape. Not changed: a copy is trained, in training
            mode for all predictions.
        frames: float tensor (B, T, C, H, W).
        lr: learning rate.
        free: number of free predictions, >= 0.
        unrolled: number of predictions to learn from, >= 1.

    Returns:
        The trained copy, in training mode, and the mean squared error of each of the ``unrolled`` predictions before
        the step, as floats.

    Raises:
        ValueError: if the video is too short: T < 1 + free + unrolled.
    """
