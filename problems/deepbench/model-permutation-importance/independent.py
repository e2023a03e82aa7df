import torch
from torch import nn


@torch.no_grad()
def permutation_importance(
    model: nn.Module, x: torch.Tensor, y: torch.Tensor, permutations: torch.Tensor
) -> torch.Tensor:
    def error(table: torch.Tensor) -> torch.Tensor:
        return (model(table).squeeze(1).double() - y.double()).square().mean()

    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        base = error(x.clone())
        importances = torch.zeros(x.shape[1], dtype=torch.float64, device=x.device)
        for f in range(x.shape[1]):
            for permutation in permutations:
                shuffled = x.clone()
                shuffled[:, f] = x[permutation, f]
                importances[f] += error(shuffled)
        importances = importances / permutations.shape[0] - base
    finally:
        for module, mode in modes:
            module.training = mode
    return importances.float()
