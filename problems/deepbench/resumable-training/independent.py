import copy
import io

import torch
import torch.nn.functional as F
from torch import nn


class ResumableTrainer:
    def __init__(
        self, model: nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float, momentum: float, batch_size: int, seed: int
    ) -> None:
        self.model = copy.deepcopy(model).train()
        self._x = x
        self._y = y
        self._lr = lr
        self._momentum = momentum
        self._batch_size = batch_size
        self._optimizer = self._new_optimizer()
        self._generator = torch.Generator().manual_seed(seed % 2**64)
        self._order = torch.empty(0, dtype=torch.int64)  # of the present epoch
        self._position = 0  # rows of the order that have been used

    def _new_optimizer(self) -> torch.optim.SGD:
        return torch.optim.SGD(self.model.parameters(), lr=self._lr, momentum=self._momentum)

    def step(self) -> float:
        if self._position >= len(self._order):
            self._order = torch.randperm(self._x.shape[0], generator=self._generator)
            self._position = 0
        rows = self._order[self._position : self._position + self._batch_size]
        self._position += len(rows)

        self.model.train()
        self._optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(self.model(self._x[rows]).squeeze(1), self._y[rows])
        loss.backward()
        self._optimizer.step()
        return loss.item()

    def save(self) -> bytes:
        checkpoint = {
            "parameters": {name: p.detach() for name, p in self.model.named_parameters()},
            "buffers": dict(self.model.named_buffers()),
            "optimizer": self._optimizer.state_dict()["state"],
            "generator": self._generator.get_state(),
            "order": self._order,
            "position": self._position,
        }
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        return buffer.getvalue()

    def load(self, checkpoint: bytes) -> None:
        state = torch.load(io.BytesIO(checkpoint), weights_only=True)
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(state["parameters"][name])
            for name, buffer in self.model.named_buffers():
                buffer.copy_(state["buffers"][name])
        self._optimizer = self._new_optimizer()
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": state["optimizer"], "param_groups": groups})
        self._generator.set_state(state["generator"])
        self._order = state["order"]
        self._position = state["position"]
