import numpy as np


def pcm_to_float(samples: np.ndarray, limit: float = 0.5) -> np.ndarray:
    mono = samples.mean(axis=1) / 32768
    peak = np.abs(mono).max()
    return (mono * limit / max(peak, limit)).astype(np.float32)
