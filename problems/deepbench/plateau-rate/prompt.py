class PlateauRate:
    """Learning rate that falls when the validation loss stops improving.

    A loss is an improvement if it is smaller than the best so far, which is infinity at the start; NaN never is one.
    After ``patience`` calls of :meth:`step` in a row without improvement, the rate is multiplied by ``factor`` (but never
    falls below ``floor``) and counting starts anew from 0. The best loss is kept.

    Args:
        rate: rate at the start.
        factor: between 0 and 1.
        patience: >= 1.
        floor: least rate, at most ``rate``.

    Raises:
        ValueError: if ``factor`` is not greater than 0 and less than 1.

    Attributes:
        rate: the present learning rate.
        best: the best loss so far; infinity at the start.
    """

    def __init__(self, rate: float, factor: float = 0.1, patience: int = 3, floor: float = 0.0) -> None: ...

    def step(self, loss: float) -> float:
        """Take in the loss of an epoch, and return the rate for the next."""
