import numpy as np


def ndcg_at_k(scores: np.ndarray, relevance: np.ndarray, k: int) -> tuple[float, np.ndarray]:
    """Normalised discounted cumulative gain at k, unaffected by the order of tied items.

    A user's items are ranked by descending score. The DCG is the sum over the positions p = 1 … k of
    gain / log2(p + 1), where the gain of the item at position p is 2 ** relevance - 1. Items with exactly equal scores
    have no order: the DCG is its *expected value* over all orders of them, each equally likely. (A model that gives
    the same score to everything must not profit from the order in which the items are stored.)

    An item with the score -inf is not recommended: it takes no position in the ranking. It still counts in the ideal
    DCG, which is the DCG at k of all the user's items ranked by descending relevance. The NDCG is DCG / ideal DCG.

    A user without any relevant item has no NDCG (NaN) and does not enter the mean.

    Args:
        scores: float array (U, I), without NaN. It is not changed.
        relevance: array (U, I) of whole numbers >= 0 and at most 50, of any integer or float dtype, also uint8. It is
            not changed.
        k: at least 1, possibly greater than I.

    Returns:
        The mean over the users that have an NDCG, as a float (NaN if there is none), and the NDCG of each user,
        float64 (U,).

    Raises:
        ValueError: if ``k`` is less than 1, the shapes differ, or a score is NaN.
    """
