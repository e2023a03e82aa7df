import numpy as np


def word_score(scores: np.ndarray, start: int, end: int) -> float:
    """Score of the characters ``start`` to ``end - 1`` being one word (start < end).

    It is the sum of the scores of their tags: a word of one character has the tag S; otherwise the first character
    has the tag B, the last one E, and those between have M.

    Args:
        scores: float array (T, 4): scores of the tags B, M, E, S (in this order) for each character.
    """


def cut_words(text: str, scores: np.ndarray, max_length: int) -> list[str]:
    """The best way to cut a text into words of at most ``max_length`` characters.

    Every character is in exactly one word; the sum of the words' scores is the greatest possible. The time grows no
    faster than T * max_length² for a text of T characters.

    Args:
        text: T characters, possibly none.
        scores: float array (T, 4), finite, such that one way is better than all others.
        max_length: at least 1.

    Returns:
        The words in order.
    """
