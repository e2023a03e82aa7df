import copy

import torch
from torch import nn


class WeightAverage:
    def __init__(self, model: nn.Module, decay: float = 0.999, warmup: bool = True) -> None:
        if not 0 <= decay < 1:
            raise ValueError("decay must lie in [0, 1)")
        self.decay, self.warmup, self.n_updates = decay, warmup, 0
        self.template = copy.deepcopy(model)
        self.average = {name: _widened(p).clone() for name, p in model.named_parameters()}

    def update(self, model: nn.Module) -> None:
        current = dict(model.named_parameters())
        if current.keys() != self.average.keys():
            raise ValueError("the model has other parameters than the first one")
        self.n_updates += 1
        decay = min(self.decay, self.n_updates / (self.n_updates + 9)) if self.warmup else self.decay
        for name, average in self.average.items():
            average.mul_(decay).add_(_widened(current[name]), alpha=1 - decay)
        for ours, theirs in zip(self.template.buffers(), model.buffers()):
            ours.copy_(theirs)

    def state_dict(self) -> dict[str, torch.Tensor]:
        state = self.template.state_dict() | self.average
        return {name: value.clone() for name, value in state.items()}

    def model(self) -> nn.Module:
        model = copy.deepcopy(self.template)
        model.load_state_dict(self.state_dict())
        return model.eval()


def _widened(parameter: torch.Tensor) -> torch.Tensor:
    value = parameter.detach()
    return value.float() if value.dtype in (torch.float16, torch.bfloat16) else value
