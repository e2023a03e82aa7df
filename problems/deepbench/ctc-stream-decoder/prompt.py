import numpy as np


class CtcStream:
    """Greedy CTC decoding of speech whose frames come in chunks. How they are cut makes no difference.

    Each frame gives its most probable symbol. Runs of the same symbol are merged into one, also across chunks, and
    then blanks (symbol 0) are removed. Symbol i + 1 is the character ``alphabet[i]``.

    Attributes:
        text: everything decoded so far.
    """

    text: str

    def __init__(self, alphabet: str) -> None: ...

    def feed(self, scores: np.ndarray) -> str:
        """Feed the next frames, a float array (T, len(alphabet) + 1), T >= 0, and return the text they add."""
