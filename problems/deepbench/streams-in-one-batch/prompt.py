import torch
from torch import nn


class StreamModel:
    """Runs a recurrent network over many streams (sensors, calls), whose next values come in mixed batches.

    Each stream has its own hidden state, which is zeros before its first value. What a stream gets back depends on its
    own values alone. No gradients are recorded. Not more than ``max_streams`` states are kept.

    Args:
        cell: F features in, hidden size D.
        head: D -> K.
        max_streams: at least 1.
    """

    def __init__(self, cell: nn.GRUCell, head: nn.Linear, max_streams: int) -> None: ...

    def step(self, ids: list[str], values: torch.Tensor) -> torch.Tensor:
        """Feed the next values of the streams ``ids`` and return their outputs.

        Row b of ``values``, float32 (B, F) with B >= 1, belongs to stream ``ids[b]``. With h the stream's state,
        cell(values, h) becomes its new state, and ``head`` of the new state is row b of the output, (B, K).

        Afterwards, while there are more than ``max_streams`` states, the one whose stream was fed least recently is
        forgotten; within a call, an earlier row was fed less recently than a later one. A forgotten stream begins anew
        when it comes again.

        Raises ValueError, and changes nothing, if an id occurs twice, if there are more ids than ``max_streams``, or
        if the number of rows of ``values`` is not the number of ids.
        """

    def close(self, stream: str) -> None:
        """Forget a stream's state; KeyError if there is none."""

    def streams(self) -> list[str]:
        """The streams that have a state, from the one fed least recently to the one fed last."""
