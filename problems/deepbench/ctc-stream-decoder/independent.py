import numpy as np


class CtcStream:
    text: str

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.text = ""
        self._last = 0  # a blank before the first frame changes nothing

    def feed(self, scores: np.ndarray) -> str:
        added = []
        for symbol in np.asarray(scores).argmax(axis=1).tolist():
            if symbol != self._last and symbol != 0:
                added.append(self.alphabet[symbol - 1])
            self._last = symbol
        new = "".join(added)
        self.text += new
        return new
