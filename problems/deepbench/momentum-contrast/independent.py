import copy

import torch
from torch import nn


class MomentumContrast:
    def __init__(self, encoder: nn.Module, size: int, momentum: float, temperature: float, lr: float) -> None:
        if size < 1:
            raise ValueError("size must be at least 1")
        self.encoder = copy.deepcopy(encoder)
        self.key_encoder = copy.deepcopy(encoder)
        self.key_encoder.requires_grad_(False)
        self.size = size
        self.momentum = momentum
        self.temperature = temperature
        self.lr = lr
        self.queue: torch.Tensor | None = None

    def step(self, first: torch.Tensor, second: torch.Tensor) -> float:
        with torch.no_grad():
            for key, own in zip(self.key_encoder.parameters(), self.encoder.parameters()):
                key.copy_(self.momentum * key + (1 - self.momentum) * own)
            keys = self.key_encoder(second)
            keys = keys / keys.norm(dim=1, keepdim=True)

        queries = self.encoder(first)
        queries = queries / queries.norm(dim=1, keepdim=True)
        logits = (queries * keys).sum(dim=1, keepdim=True)
        if self.queue is not None:
            logits = torch.cat([logits, queries @ self.queue.T], dim=1)
        loss = -torch.log_softmax(logits / self.temperature, dim=1)[:, 0].mean()

        parameters = [p for p in self.encoder.parameters() if p.requires_grad]
        if parameters and loss.requires_grad:
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients):
                    if gradient is not None:
                        parameter.sub_(self.lr * gradient)

        queue = keys if self.queue is None else torch.cat([self.queue, keys])
        self.queue = queue[-self.size :].detach().clone()
        return loss.item()
