import hashlib

import pandas as pd


def split_of(key: str, test_percent: int, salt: str = "") -> str:
    """Put a key on its side, "test" or "train": always the same one, on every machine and in every process.

    The MD5 digest of the UTF-8 bytes of ``salt + key``, read as a hexadecimal number and taken modulo 100, gives the
    key's bucket; a bucket below ``test_percent`` (0 … 100) is "test".
    """


def split_frame(
    frame: pd.DataFrame, column: str, test_percent: int, salt: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(training rows, test rows) of a frame, each row by :func:`split_of` of its value in ``column`` (strings).

    So all rows of a customer, say, are on the same side. Both keep the rows' order and index; ``frame`` is not changed.
    """
