import numpy as np


def cut_windows(series: np.ndarray, length: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    padding = max(0, length - len(series))
    padded = np.pad(series, ((0, padding), (0, 0)))
    last = len(padded) - length
    begins = np.unique([*range(0, last, step), last])
    return padded[begins[:, None] + np.arange(length)], begins


def join_windows(windows: np.ndarray, begins: np.ndarray, size: int) -> np.ndarray:
    steps = begins[:, None] + np.arange(windows.shape[1])
    total = np.zeros((steps.max() + 1, windows.shape[2]))
    np.add.at(total, steps, windows)
    return total[:size] / np.bincount(steps.ravel())[:size, None]
