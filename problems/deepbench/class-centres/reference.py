import torch
import torch.nn.functional as F


def centre_loss(features: torch.Tensor, labels: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    return (features - centres[labels].detach()).square().sum(dim=1).mean() / 2


def updated_centres(
    centres: torch.Tensor, features: torch.Tensor, labels: torch.Tensor, rate: float = 0.5
) -> torch.Tensor:
    with torch.no_grad():
        member = F.one_hot(labels, len(centres)).to(centres.dtype)
        count = member.sum(dim=0)[:, None]
        return centres + rate * (member.T @ features - count * centres) / (1 + count)
