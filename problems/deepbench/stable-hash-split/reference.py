import hashlib

import pandas as pd


def split_of(key: str, test_percent: int, salt: str = "") -> str:
    bucket = int(hashlib.md5((salt + key).encode()).hexdigest(), 16) % 100
    return "test" if bucket < test_percent else "train"


def split_frame(
    frame: pd.DataFrame, column: str, test_percent: int, salt: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    sides = frame[column].map(lambda key: split_of(key, test_percent, salt))
    return frame[sides == "train"], frame[sides == "test"]
