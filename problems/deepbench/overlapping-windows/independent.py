import numpy as np


def cut_windows(series: np.ndarray, length: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    size, channels = series.shape
    if size < length:
        windows = np.zeros((1, length, channels), dtype=series.dtype)
        windows[0, :size] = series
        return windows, np.zeros(1, dtype=np.int64)
    begins = list(range(0, size - length + 1, step))
    if begins[-1] + length < size:
        begins.append(size - length)
    windows = np.stack([series[b : b + length] for b in begins])
    return windows, np.array(begins, dtype=np.int64)


def join_windows(windows: np.ndarray, begins: np.ndarray, size: int) -> np.ndarray:
    length, channels = windows.shape[1:]
    total = np.zeros((size, channels), dtype=np.float64)
    count = np.zeros((size, 1), dtype=np.float64)
    for window, begin in zip(windows, np.asarray(begins).tolist()):
        n = min(length, size - begin)
        if n <= 0:
            continue
        total[begin : begin + n] += window[:n]
        count[begin : begin + n] += 1
    return total / count
