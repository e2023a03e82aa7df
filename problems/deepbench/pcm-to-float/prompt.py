import numpy as np


def pcm_to_float(samples: np.ndarray, limit: float = 0.5) -> np.ndarray:
    """Turn 16-bit sound into a network's input: the mean over the channels, divided by 32768.

    If the greatest absolute value of the result is then above ``limit``, the whole result is scaled down so that it is
    ``limit``.

    Args:
        samples: int16 array (T, channels), T >= 1, values from -32768 to 32767. It is not changed.
        limit: greater than 0.

    Returns:
        float32 array (T,).
    """
