import copy

import torch
from torch import nn


class WeightAverage:
    def __init__(self, model: nn.Module, decay: float = 0.999, warmup: bool = True) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be in [0, 1), but is {decay}")
        self._decay = decay
        self._warmup = warmup
        self._updates = 0
        # Holds the structure, the dtypes of the first model's parameters, and the latest buffers.
        self._shell = copy.deepcopy(model).eval()
        for parameter in self._shell.parameters():
            parameter.grad = None
        self._average = {
            name: parameter.detach().to(self._kept_dtype(parameter.dtype), copy=True)
            for name, parameter in self._shell.named_parameters()
        }

    @staticmethod
    def _kept_dtype(dtype: torch.dtype) -> torch.dtype:
        return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        current = dict(model.named_parameters())
        if current.keys() != self._average.keys():
            raise ValueError("the model's parameters have other names than those of the first model")

        n = self._updates + 1
        d = min(self._decay, n / (n + 9)) if self._warmup else self._decay
        new = {}
        for name, average in self._average.items():
            value = current[name].detach().to(device=average.device, dtype=average.dtype)
            new[name] = (d * average + (1 - d) * value).to(average.dtype)

        self._updates = n
        self._average = new
        modules = dict(model.named_modules())
        for name, target in self._shell.named_modules():
            source = modules.get(name)
            if source is None:
                continue
            target._buffers.clear()
            for key, buffer in source._buffers.items():
                target._buffers[key] = None if buffer is None else buffer.detach().clone()
            target._non_persistent_buffers_set = set(source._non_persistent_buffers_set)

    def state_dict(self) -> dict[str, torch.Tensor]:
        names = {id(parameter): name for name, parameter in self._shell.named_parameters()}
        averages = {
            alias: self._average[names[id(parameter)]]
            for alias, parameter in self._shell.named_parameters(remove_duplicate=False)
        }
        result = {}
        for key, value in self._shell.state_dict().items():
            value = averages.get(key, value)
            result[key] = value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)
        return result

    @torch.no_grad()
    def model(self) -> nn.Module:
        model = copy.deepcopy(self._shell)
        for name, parameter in model.named_parameters():
            parameter.copy_(self._average[name])
        return model.eval()
