import torch


def psnr_per_step(predicted: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Peak signal-to-noise ratio of predicted videos at each time step, averaged over the videos.

    A frame's PSNR is 10 * log10(255² / mse), with mse the mean squared error over its channels and pixels; it is at
    most 100, also for a frame that is predicted perfectly. A step's figure is the mean of the PSNR of the B frames at
    that step.

    Args:
        predicted: uint8 tensor (B, T, C, H, W). Not changed.
        true: uint8 tensor of the same shape. Not changed.

    Returns:
        float64 (T,).
    """
