import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(features))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return (x * self.weight).sum(-1) + self.bias


def solve(features):
    return Scaled(features)
