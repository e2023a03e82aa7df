from collections import OrderedDict

import torch
from torch import nn


class StreamModel:
    def __init__(self, cell: nn.GRUCell, head: nn.Linear, max_streams: int) -> None:
        self.cell = cell
        self.head = head
        self.max_streams = max_streams
        self._states: OrderedDict[str, torch.Tensor] = OrderedDict()  # fed least recently first

    @torch.no_grad()
    def step(self, ids: list[str], values: torch.Tensor) -> torch.Tensor:
        if len(set(ids)) != len(ids):
            raise ValueError("an id occurs twice")
        if len(ids) > self.max_streams:
            raise ValueError(f"{len(ids)} ids, but at most {self.max_streams} streams")
        if values.shape[0] != len(ids):
            raise ValueError(f"{values.shape[0]} rows of values for {len(ids)} ids")

        zeros = self.cell.weight_hh.new_zeros(self.cell.hidden_size)
        state = torch.stack([self._states.get(i, zeros) for i in ids])
        state = self.cell(values, state)
        output = self.head(state)

        for i, row in zip(ids, state):
            self._states[i] = row.clone()  # a view would keep the whole batch in memory
            self._states.move_to_end(i)
        while len(self._states) > self.max_streams:
            self._states.popitem(last=False)
        return output

    def close(self, stream: str) -> None:
        del self._states[stream]

    def streams(self) -> list[str]:
        return list(self._states)
