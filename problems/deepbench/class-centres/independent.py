import torch


def centre_loss(features: torch.Tensor, labels: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    differences = features - centres.detach()[labels]
    return 0.5 * differences.square().sum(dim=1).mean()


@torch.no_grad()
def updated_centres(
    centres: torch.Tensor, features: torch.Tensor, labels: torch.Tensor, rate: float = 0.5
) -> torch.Tensor:
    centres = centres.detach()
    differences = features.detach().to(centres.dtype) - centres[labels]
    sums = torch.zeros_like(centres).index_add_(0, labels, differences)
    counts = torch.bincount(labels, minlength=centres.shape[0]).to(centres.dtype)
    return centres + rate * sums / (1 + counts).unsqueeze(1)
