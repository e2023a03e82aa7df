import numpy as np
import pandas as pd


def item_popularity(log: pd.DataFrame, catalogue: list[str]) -> pd.Series:
    """The popularity of each item: (number of different users that interacted with it + 1) / (number of different users
    in the log + 1), as floats, indexed by item in the order of ``catalogue``.

    ``log`` has the columns "user" and "item", with one row per interaction, so that a pair may occur often; items that
    are not in the catalogue are no longer sold, but their users count in the denominator. It is not changed.
    """


def catalogue_report(recommended: list[list[str]], popularity: pd.Series) -> dict[str, float]:
    """What a recommender makes of the catalogue, from the lists of all users.

    - "coverage": share of the catalogue's items that are recommended at least once.
    - "novelty": mean of -log2(popularity) over all recommendations of all users together; NaN if there are none.
    - "gini": how concentrated recommendations are on few items. With x_1 <= … <= x_n the numbers of recommendations of
      the n items of the catalogue (those never recommended with 0), it is
      (sum over i of (2 * i - n - 1) * x_i) / (n * (sum over i of x_i)); NaN if there are no recommendations.

    Args:
        recommended: the items recommended to each user, all of the catalogue; lists may differ in length. Not changed.
        popularity: as :func:`item_popularity` returns it, for at least one item. Not changed.

    Returns:
        The three entries, as floats.
    """
