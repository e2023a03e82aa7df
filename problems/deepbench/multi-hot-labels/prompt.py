import numpy as np


def multi_hot(tags: list[list[str]], classes: list[str]) -> np.ndarray:
    """Targets for a text classifier with several labels per text.

    Args:
        tags: for each of n texts its labels, perhaps none, perhaps repeated.
        classes: C different labels. Labels that are not among them are ignored.

    Returns:
        float32 array (n, C): 1 where the text has the class as a label, else 0.
    """
