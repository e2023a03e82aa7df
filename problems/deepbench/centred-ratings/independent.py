import numpy as np
import pandas as pd


def center_ratings(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    train_ratings = train["rating"].to_numpy(dtype=np.float64)
    test_ratings = test["rating"].to_numpy(dtype=np.float64)

    # Plain objects, so that categorical and other dtypes of the two frames can be matched.
    codes, users = pd.factorize(train["user"].astype(object), use_na_sentinel=False)
    means = np.bincount(codes, weights=train_ratings) / np.bincount(codes)
    overall = train_ratings.mean()

    found = pd.Index(users, dtype=object).get_indexer(pd.Index(test["user"].astype(object), dtype=object))
    test_means = np.where(found >= 0, means[found], overall)
    return (
        pd.Series(train_ratings - means[codes], index=train.index, name="rating"),
        pd.Series(test_ratings - test_means, index=test.index, name="rating"),
    )
