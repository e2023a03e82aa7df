import hashlib

import numpy as np
import pandas as pd


def split_of(key: str, test_percent: int, salt: str = "") -> str:
    digest = hashlib.md5((salt + key).encode("utf-8")).hexdigest()
    return "test" if int(digest, 16) % 100 < test_percent else "train"


def split_frame(
    frame: pd.DataFrame, column: str, test_percent: int, salt: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    test = np.array([split_of(key, test_percent, salt) == "test" for key in frame[column]], dtype=bool)
    return frame[~test].copy(), frame[test].copy()
