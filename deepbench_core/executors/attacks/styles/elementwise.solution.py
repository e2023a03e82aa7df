import numpy as np


def solve(name):
    return np.maximum if name == "larger" else np.minimum
