import pandas as pd


def center_ratings(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    means = train.groupby("user")["rating"].mean()
    seen, new = train["user"].map(means), test["user"].map(means)
    return train["rating"] - seen, test["rating"] - new.fillna(train["rating"].mean())
