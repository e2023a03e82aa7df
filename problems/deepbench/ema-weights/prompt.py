import torch
from torch import nn


class WeightAverage:
    """Exponential moving average of a model's weights, for evaluation.

    The average starts as a copy of the model's parameters. The n-th ``update`` (n = 1, 2, ...) takes each parameter to
    ``d * average + (1 - d) * current``, with ``d = decay`` or, with ``warmup``, ``d = min(decay, n / (n + 9))``, so
    that the random start is soon forgotten. Buffers (such as the statistics of batch normalisation) are not averaged:
    those of the latest model are taken over as they are, whatever their dtype.

    Averages of float16 and bfloat16 parameters are kept in float32 between updates, because a small change would be
    rounded away again and again; those of other parameters are kept in their own dtype.

    The models passed in are never changed, and changing them afterwards has no effect on the average.

    Args:
        model: the model as it is at the start.
        decay: in [0, 1).
        warmup: whether to use smaller factors for the first updates.

    Raises:
        ValueError: if ``decay`` is not in [0, 1).
    """

    def __init__(self, model: nn.Module, decay: float = 0.999, warmup: bool = True) -> None: ...

    def update(self, model: nn.Module) -> None:
        """Take in the model after a training step.

        Raises:
            ValueError: if the names of its parameters are not those of the first model. The average is unchanged then.
        """

    def state_dict(self) -> dict[str, torch.Tensor]:
        """The average under the names of ``model.state_dict()``: parameters as they are kept, and the buffers.

        A copy without autograd history: later updates do not change it.
        """

    def model(self) -> nn.Module:
        """A new model with the averaged parameters, rounded to the dtypes of the first model's, and the buffers.

        It is in evaluation mode and independent of the average: it may be trained or changed without any effect on it.
        """
