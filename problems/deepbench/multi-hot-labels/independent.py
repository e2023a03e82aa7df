import numpy as np


def multi_hot(tags: list[list[str]], classes: list[str]) -> np.ndarray:
    column = {name: i for i, name in enumerate(classes)}
    result = np.zeros((len(tags), len(classes)), dtype=np.float32)
    for row, names in enumerate(tags):
        for name in names:
            if name in column:
                result[row, column[name]] = 1
    return result
