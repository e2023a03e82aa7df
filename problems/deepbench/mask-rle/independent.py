import numpy as np


def encode_mask(mask: np.ndarray) -> list[int]:
    mask = np.asarray(mask)
    if mask.ndim != 2:
        raise ValueError(f"mask must have two dimensions, got {mask.ndim}")
    pixels = (mask != 0).ravel(order="F")
    if pixels.size == 0:
        return []
    changes = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    lengths = np.diff(np.concatenate([[0], changes, [pixels.size]])).tolist()
    return [0] + lengths if pixels[0] else lengths


def decode_mask(counts: list[int], height: int, width: int) -> np.ndarray:
    lengths = [int(count) for count in counts]
    if any(length < 0 for length in lengths):
        raise ValueError("a run length is negative")
    if sum(lengths) != height * width:
        raise ValueError(f"the run lengths add up to {sum(lengths)}, not to {height} * {width}")
    values = np.arange(len(lengths)) % 2 == 1
    pixels = np.repeat(values, np.array(lengths, dtype=np.int64))
    return np.ascontiguousarray(pixels.reshape((height, width), order="F"))
