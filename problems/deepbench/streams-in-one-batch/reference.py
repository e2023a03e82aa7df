import torch
from torch import nn


class StreamModel:
    def __init__(self, cell: nn.GRUCell, head: nn.Linear, max_streams: int) -> None:
        self._cell = cell
        self._head = head
        self._max_streams = max_streams
        # A dict keeps the order of insertion: the least recently fed comes first.
        self._states: dict[str, torch.Tensor] = {}

    @torch.no_grad()
    def step(self, ids: list[str], values: torch.Tensor) -> torch.Tensor:
        if len(set(ids)) < len(ids) or len(ids) > self._max_streams or len(values) != len(ids):
            raise ValueError("ids must be distinct, no more than max_streams, and one per row")
        start = torch.zeros(self._cell.hidden_size)
        hidden = self._cell(values, torch.stack([self._states.pop(i, start) for i in ids]))
        self._states.update(zip(ids, hidden.unbind(), strict=True))
        for stream in list(self._states)[: -self._max_streams]:
            del self._states[stream]
        return self._head(hidden)

    def close(self, stream: str) -> None:
        del self._states[stream]

    def streams(self) -> list[str]:
        return list(self._states)
