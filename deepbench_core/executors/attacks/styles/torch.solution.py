import torch


def solve(logits, targets):
    return torch.nn.functional.cross_entropy(logits, targets)
