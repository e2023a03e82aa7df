import pandas as pd


def k_core(log: pd.DataFrame, min_items: int, min_users: int) -> pd.DataFrame:
    while True:
        items = log.groupby("user")["item"].transform("nunique")
        users = log.groupby("item")["user"].transform("nunique")
        kept = log[(items >= min_items) & (users >= min_users)]
        if len(kept) == len(log):
            return kept
        log = kept
