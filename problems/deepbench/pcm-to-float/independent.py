import numpy as np


def pcm_to_float(samples: np.ndarray, limit: float = 0.5) -> np.ndarray:
    sound = samples.mean(axis=1, dtype=np.float64) / 32768
    peak = np.abs(sound).max()
    if peak > limit:
        sound = sound * (limit / peak)
    return sound.astype(np.float32)
