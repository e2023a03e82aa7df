import numpy as np
import pandas as pd


def k_core(log: pd.DataFrame, min_items: int, min_users: int) -> pd.DataFrame:
    users, user_ids = pd.factorize(log["user"], use_na_sentinel=False)
    items, item_ids = pd.factorize(log["item"], use_na_sentinel=False)
    n_users, n_items = len(user_ids), len(item_ids)
    key = users.astype(np.int64) * max(n_items, 1) + items.astype(np.int64)
    _, first, pair_of_row = np.unique(key, return_index=True, return_inverse=True)
    pair_of_row = pair_of_row.reshape(-1)
    pair_user, pair_item = users[first], items[first]

    alive = np.ones(len(first), dtype=bool)
    while True:
        items_of_user = np.bincount(pair_user[alive], minlength=n_users)
        users_of_item = np.bincount(pair_item[alive], minlength=n_items)
        keep = alive & (items_of_user[pair_user] >= min_items) & (users_of_item[pair_item] >= min_users)
        if keep.sum() == alive.sum():
            break
        alive = keep
    return log.iloc[np.flatnonzero(alive[pair_of_row])].copy()
