import numpy as np


class CtcStream:
    def __init__(self, alphabet: str) -> None:
        self.text = ""
        self._alphabet = alphabet
        self._last = 0

    def feed(self, scores: np.ndarray) -> str:
        added = ""
        for symbol in scores.argmax(axis=1).tolist():
            if symbol not in (0, self._last):
                added += self._alphabet[symbol - 1]
            self._last = symbol
        self.text += added
        return added
