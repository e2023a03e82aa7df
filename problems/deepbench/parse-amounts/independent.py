import re

import numpy as np

_AMOUNT = re.compile(
    r"(?P<sign>-?)[$€£]?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    r"(?P<fraction>(?:\.[0-9]+)?)"
    r"(?P<suffix>[kKmMbB%]?)"
)
_EXPONENT = {"": 0, "k": 3, "m": 6, "b": 9, "%": -2}


def _parse(text: str) -> float:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return float("nan")
    digits = match["sign"] + match["whole"].replace(",", "") + match["fraction"]
    return float(f"{digits}e{_EXPONENT[match['suffix'].lower()]}")


def parse_amounts(texts: list[str]) -> np.ndarray:
    return np.array([_parse(text) for text in texts], dtype=np.float64)
