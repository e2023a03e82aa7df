import numpy as np


class BalancedSampler:
    """Row indices of one epoch at a time, every class equally often, by repeating the rows of rarer classes.

    With m the size of the largest class, an epoch holds exactly m indices of each class that occurs. Within a class of
    n rows every row comes m // n or m // n + 1 times; which rows come once more is drawn anew for every epoch. All
    indices of the epoch are shuffled together.

    The order depends on the labels, the seed and the epoch alone, not on any global random state nor on earlier calls;
    other seeds and other epochs give other orders.

    Args:
        labels: int array (N,), N >= 1, any values.
        seed: int >= 0.
    """

    def __init__(self, labels: np.ndarray, seed: int = 0) -> None: ...

    def __len__(self) -> int:
        """Number of indices in an epoch."""

    def epoch(self, number: int) -> list[int]:
        """The indices of epoch ``number`` (>= 0), as plain ``int``."""
