import torch


def psnr_per_step(predicted: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    mse = (predicted.double() - true.double()).square().mean(dim=(2, 3, 4))
    psnr = (10 * torch.log10(255.0**2 / mse)).clamp(max=100.0)  # infinite for perfect frames
    return psnr.mean(dim=0)
