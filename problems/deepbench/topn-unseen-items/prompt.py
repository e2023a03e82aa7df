import torch


def recommend(
    users: torch.Tensor,
    items: torch.Tensor,
    seen: list[list[int]],
    n: int,
    item_bias: torch.Tensor | None = None,
    batch_size: int = 1024,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The best ``n`` items of every user that the user has not seen, from a factorisation model.

    The score of an item for a user is the dot product of their vectors, plus the item's bias if there is one. Items
    are ranked by descending score; of equal scores, the item with the smaller id comes first. The user-by-item scores
    are computed for at most ``batch_size`` users at a time; that makes no difference to the result.

    Args:
        users: float32 tensor (U, D), U >= 0.
        items: float32 tensor (I, D), I >= 0; an item's id is its row.
        seen: for each user the ids of items not to recommend, in any order, possibly repeated, possibly all.
        n: number of recommendations, at least 1, possibly greater than I.
        item_bias: float32 tensor (I,), or None.
        batch_size: at least 1.

    Returns:
        Item ids, int64 (U, n), and their scores, float32 (U, n). Where a user has fewer than ``n`` unseen items, the
        remaining places hold the id -1 and the score -inf. No argument is changed.

    Raises:
        ValueError: if ``n`` or ``batch_size`` is less than 1, or ``seen`` does not have U lists.
    """
