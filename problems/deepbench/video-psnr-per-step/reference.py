import torch


def psnr_per_step(predicted: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    mse = (predicted.double() - true.double()).square().mean(dim=(2, 3, 4))
    return (10 * torch.log10(255**2 / mse)).clamp_max(100).mean(dim=0)
