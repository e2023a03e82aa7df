import numpy as np


def encode_mask(mask: np.ndarray) -> list[int]:
    if mask.ndim != 2:
        raise ValueError("mask must have shape (H, W)")
    if mask.size == 0:
        return []
    pixels = (mask != 0).ravel(order="F")
    borders = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    counts = np.diff(borders, prepend=0, append=len(pixels)).tolist()
    return [0, *counts] if pixels[0] else counts


def decode_mask(counts: list[int], height: int, width: int) -> np.ndarray:
    if any(count < 0 for count in counts):
        raise ValueError("run lengths must not be negative")
    if sum(counts) != height * width:
        raise ValueError("run lengths do not add up to the mask's size")
    pixels = np.repeat(np.arange(len(counts)) % 2 == 1, np.array(counts, dtype=np.int64))
    return pixels.reshape(height, width, order="F")
