import re

import numpy as np

_AMOUNT = re.compile(r"(-?)[$€£]?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?([kKmMbB%]?)")
_FACTORS = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "%": 0.01}


def _parse(text: str) -> float:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return float("nan")
    sign, digits, fraction, suffix = match.groups(default="")
    return float(sign + digits.replace(",", "") + fraction) * _FACTORS[suffix.lower()]


def parse_amounts(texts: list[str]) -> np.ndarray:
    return np.array([_parse(text) for text in texts])
