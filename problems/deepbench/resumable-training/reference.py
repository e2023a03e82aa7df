import copy
import io

import torch
from torch import nn


class ResumableTrainer:
    def __init__(
        self, model: nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float, momentum: float, batch_size: int, seed: int
    ) -> None:
        self.model = copy.deepcopy(model).train()
        self.x, self.y, self.batch_size = x, y, batch_size
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr, momentum=momentum)
        self.generator = torch.Generator().manual_seed(seed)
        self.left = torch.zeros(0, dtype=torch.int64)

    def step(self) -> float:
        if len(self.left) == 0:
            self.left = torch.randperm(len(self.x), generator=self.generator)
        rows, self.left = self.left[: self.batch_size], self.left[self.batch_size :]
        loss = (self.model(self.x[rows]).squeeze(1) - self.y[rows]).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def save(self) -> bytes:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            "left": self.left,
        }
        file = io.BytesIO()
        torch.save(state, file)
        return file.getvalue()

    def load(self, checkpoint: bytes) -> None:
        state = torch.load(io.BytesIO(checkpoint))
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"])
        self.left = state["left"]
