import torch


class ImplicitALS:
    """Matrix factorisation of implicit feedback by alternating least squares (Hu, Koren and Volinsky).

    The data say how often (or how long) users dealt with items. A pair that occurs has the preference p = 1 and the
    confidence ``c = 1 + alpha * count``; a pair that doesn't occur has p = 0 and c = 1. Over **all** U * I pairs,

        ``objective = sum c * (p - x_u . y_i)**2 + reg * (sum_u |x_u|**2 + sum_i |y_i|**2)``

    is minimised, with the factors x of the users and y of the items.

    Args:
        user_factors: float64 tensor of shape (U, D), the users' factors at the start. Copied, not changed.
        item_factors: float64 tensor of shape (I, D), the items'. Copied, not changed.
        alpha: > 0.
        reg: > 0.

    Attributes:
        user_factors, item_factors: the current factors, float64 without autograd history.

    Raises:
        ValueError: if ``alpha`` or ``reg`` is not positive.
    """

    def __init__(self, user_factors: torch.Tensor, item_factors: torch.Tensor, alpha: float, reg: float) -> None: ...

    def sweep(self, users: torch.Tensor, items: torch.Tensor, counts: torch.Tensor) -> float:
        """Set all users' factors to their exact optimum given the items', then all items' given the new users'.

        A user (or item) without interactions gets zeros, its optimum. Entry k says that ``users[k]`` dealt with
        ``items[k]`` ``counts[k]`` times; a pair that is listed more than once has the sum of its counts, in any order.

        Args:
            users: int64 tensor of shape (M,), with values in [0, U). M may be 0.
            items: int64 tensor of shape (M,), with values in [0, I).
            counts: float or integer tensor of shape (M,).

        Returns:
            The objective after both updates.

        Raises:
            ValueError: if a count is not positive. The factors are unchanged then.
        """

    def fold_in(self, items: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        """The factors, of shape (D,), that are optimal for one new user with these interactions, given the items'.

        Arguments as in ``sweep``; the model is not changed.

        Raises:
            ValueError: if a count is not positive.
        """
