import copy

import torch
import torch.nn.functional as F
from torch import nn


class MomentumContrast:
    def __init__(self, encoder: nn.Module, size: int, momentum: float, temperature: float, lr: float) -> None:
        if size < 1:
            raise ValueError("size must be at least 1")
        self.encoder = copy.deepcopy(encoder)
        self.key_encoder = copy.deepcopy(encoder).requires_grad_(False)
        self.size, self.momentum, self.temperature, self.lr = size, momentum, temperature, lr
        self.queue: torch.Tensor | None = None

    def step(self, first: torch.Tensor, second: torch.Tensor) -> float:
        parameters = list(self.encoder.parameters())
        with torch.no_grad():
            for key_parameter, parameter in zip(self.key_encoder.parameters(), parameters):
                key_parameter.mul_(self.momentum).add_((1 - self.momentum) * parameter)
            keys = F.normalize(self.key_encoder(second), dim=1)
        queries = F.normalize(self.encoder(first), dim=1)
        queue = keys[:0] if self.queue is None else self.queue
        own = (queries * keys).sum(dim=1, keepdim=True)
        scores = torch.cat([own, queries @ queue.T], dim=1) / self.temperature
        loss = -scores.log_softmax(dim=1)[:, 0].mean()
        with torch.no_grad():
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
                parameter -= self.lr * gradient
        self.queue = torch.cat([queue, keys])[-self.size :]
        return loss.item()
