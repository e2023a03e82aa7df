import torch


class RankingEvaluator:
    """Evaluates a recommender by ranking all items for each user, fed in batches of users.

    A user's list is the ``k`` items with the highest scores among those the user has not seen (of equal scores, the
    lower index goes first); it is shorter if fewer than ``k`` items are unseen.

    Args:
        n_items: number of items I, at least 1.
        k: at least 1, possibly greater than I.
    """

    def __init__(self, n_items: int, k: int) -> None: ...

    def update(self, scores: torch.Tensor, seen: torch.Tensor, relevant: torch.Tensor) -> None:
        """Add a batch of B >= 0 users.

        Args:
            scores: float tensor (B, I); -inf is an ordinary lowest score. Not changed.
            seen: bool tensor (B, I), items the user has seen in training. Not changed.
            relevant: bool tensor (B, I), items of the test set. Not changed. An item that is seen as well does not count
                as relevant.

        Raises:
            ValueError: if the shapes are not all (B, I). Nothing is added then.
        """

    def compute(self) -> dict[str, float]:
        """The figures over all users so far, each user with the same weight whatever batch it was in:

        - "recall": mean of (relevant items in the list) / (relevant items), over users with relevant items.
        - "precision": mean of (relevant items in the list) / k, over the same users.
        - "coverage": share of the I items that are in the list of at least one user, with or without relevant items.

        "recall" and "precision" are NaN if no user has relevant items.
        """
