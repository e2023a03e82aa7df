import numpy as np


def ctc_log_probability(log_probs: np.ndarray, labels: list[int]) -> float:
    """Log of the probability that a CTC recogniser gives to a sequence of labels.

    It is the sum over all paths, one symbol per frame, that become ``labels`` when first runs of the same symbol are
    merged into one and then blanks (symbol 0) are removed. The frames are independent. The result stays finite where
    the probability itself would underflow.

    Args:
        log_probs: float64 array (T, V), T >= 1: log-probabilities of the symbols in each frame, possibly -inf. Not
            changed.
        labels: symbols from 1 to V - 1, possibly none.

    Returns:
        The log-probability, -inf if no path is possible.
    """


def read_words(
    crops: list[np.ndarray], lexicon: list[str], alphabet: str, min_log_probability: float
) -> list[str | None]:
    """The word of a lexicon that is most probable for each detected crop of text.

    Symbol i + 1 is the character ``alphabet[i]``. A word with a character that is not in the alphabet is never read.

    Args:
        crops: log-probabilities (T, V) of each crop, T of any size; V is len(alphabet) + 1.
        lexicon: candidate words.
        alphabet: distinct characters.
        min_log_probability: finite; a crop whose best word has a lower log-probability is not read.

    Returns:
        For each crop its word, of equally probable ones the first in the lexicon; None if it is not read.
    """
