import re

import numpy as np


def parse_amounts(texts: list[str]) -> np.ndarray:
    """Turn amounts as people write them into numbers, to be the target of a regression.

    White space around an amount is ignored. It consists of, in this order and with nothing in between:

    - perhaps a minus sign;
    - perhaps one of the currency signs $ € £ (which does not change the value);
    - digits 0-9, either plain ("1234567") or all grouped in threes by commas ("1,234,567", the first group with one to
      three digits);
    - perhaps a point and at least one digit;
    - perhaps one suffix: k (thousands), m (millions), b (billions), in either case, or % (hundredths).

    Any other text becomes NaN: "", "n/a", "12,34", ".5", "5 k", "$-3", "1e3".

    Args:
        texts: n strings.

    Returns:
        float64 array (n,).
    """
