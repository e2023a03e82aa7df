def ranking_scores(recommended: list[list[int]], relevant: list[set[int]], k: int) -> dict[str, float]:
    """Hit rate and mean reciprocal rank at k of a recommender.

    For a user, only the first ``k`` recommended items are looked at. The user is a hit if any of them is relevant; the
    reciprocal rank is 1 / (position of the first relevant one, counted from 1), or 0 without a hit. Users without
    relevant items are left out; both figures are means over the other users.

    Args:
        recommended: each user's items, best first; lists may be shorter or longer than ``k``, also empty. Not changed.
        relevant: each user's relevant items, as many users.
        k: at least 1.

    Returns:
        {"hit_rate", "mrr"} as floats; NaN if no user has relevant items.

    Raises:
        ValueError: if ``k`` is less than 1.
    """
