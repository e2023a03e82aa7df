import torch
from torch import nn


@torch.no_grad()
def permutation_importance(
    model: nn.Module, x: torch.Tensor, y: torch.Tensor, permutations: torch.Tensor
) -> torch.Tensor:
    training = model.training
    model.eval()
    error = _error(model, x, y)
    importance = torch.zeros(x.shape[1])
    for feature in range(x.shape[1]):
        for permutation in permutations:
            shuffled = x.clone()
            shuffled[:, feature] = x[permutation, feature]
            importance[feature] += (_error(model, shuffled, y) - error) / len(permutations)
    model.train(training)
    return importance


def _error(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (model(x)[:, 0] - y).square().mean()
