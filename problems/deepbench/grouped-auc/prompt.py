import pandas as pd


def grouped_auc(log: pd.DataFrame) -> tuple[float, pd.Series]:
    """Click prediction scored within each user (GAUC), since only the order of one user's impressions matters.

    A user's AUC is the share of the pairs (a clicked impression, one not clicked) of this user in which the clicked one
    has the higher score; a pair with equal scores counts one half. Users whose impressions were all clicked, or all not
    clicked, have no AUC and are left out. The overall figure is the mean of the users' AUC, weighted with their numbers
    of impressions.

    Args:
        log: columns "user", "clicked" (0 or 1, or bool) and "score" (float, no NaN), one row per impression, in any
            order, with any index. Users may have 100,000 impressions each, so not all pairs can be built. Not changed.

    Returns:
        The overall figure as a float (NaN if no user has an AUC), and a float Series of the users' AUC, indexed by user
        in ascending order.
    """
