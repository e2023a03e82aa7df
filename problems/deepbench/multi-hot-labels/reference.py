import numpy as np


def multi_hot(tags: list[list[str]], classes: list[str]) -> np.ndarray:
    rows = [[name in own for name in classes] for own in tags]
    return np.array(rows, dtype=np.float32).reshape(len(tags), len(classes))
