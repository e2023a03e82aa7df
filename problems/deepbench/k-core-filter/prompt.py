import pandas as pd


def k_core(log: pd.DataFrame, min_items: int, min_users: int) -> pd.DataFrame:
    """Keep the dense part of an interaction log.

    Rows of users with fewer than ``min_items`` *different* items, and rows of items with fewer than ``min_users``
    *different* users, are removed; since that may leave other users or items with too few, it is repeated until every
    user and every item left has enough. (The largest such part is unique.)

    Args:
        log: columns "user" and "item" (ids), perhaps others; a pair may occur more than once.
        min_items, min_users: >= 1.

    Returns:
        The rows of ``log`` that are left, all columns, in the same order and with their index; perhaps none. ``log`` is
        not changed.
    """
