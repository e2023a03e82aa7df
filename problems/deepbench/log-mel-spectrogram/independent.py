import numpy as np


def frame_signal(signal: np.ndarray, length: int, hop: int) -> np.ndarray:
    signal = np.asarray(signal, dtype=np.float64)
    padded = np.pad(signal, length // 2, mode="reflect")
    starts = hop * np.arange(1 + len(signal) // hop)
    return padded[starts[:, None] + np.arange(length)]


def mel_filters(sample_rate: int, length: int, n_mels: int) -> np.ndarray:
    top = sample_rate / 2
    mels = np.linspace(0.0, 2595 * np.log10(1 + top / 700), n_mels + 2)
    points = 700 * (10 ** (mels / 2595) - 1)
    points[0], points[-1] = 0.0, top  # exactly
    frequencies = np.arange(length // 2 + 1) * sample_rate / length
    left, centre, right = points[:-2, None], points[1:-1, None], points[2:, None]
    rising = (frequencies - left) / (centre - left)
    falling = (right - frequencies) / (right - centre)
    return np.maximum(0.0, np.minimum(rising, falling))


def log_mel(signal: np.ndarray, sample_rate: int, length: int = 400, hop: int = 160, n_mels: int = 80) -> np.ndarray:
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    power = np.abs(np.fft.rfft(frame_signal(signal, length, hop) * window, axis=1)) ** 2
    mel = mel_filters(sample_rate, length, n_mels) @ power.T
    return np.log10(np.maximum(mel, 1e-10)).astype(np.float32)
