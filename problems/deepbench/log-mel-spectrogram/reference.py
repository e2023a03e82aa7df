import numpy as np


def frame_signal(signal: np.ndarray, length: int, hop: int) -> np.ndarray:
    padded = np.pad(signal.astype(np.float64), length // 2, mode="reflect")
    starts = np.arange(1 + len(signal) // hop) * hop
    return padded[starts[:, None] + np.arange(length)]


def mel_filters(sample_rate: int, length: int, n_mels: int) -> np.ndarray:
    highest = 2595 * np.log10(1 + sample_rate / 2 / 700)
    points = 700 * (10 ** (np.linspace(0, highest, n_mels + 2) / 2595) - 1)
    left, middle, right = points[:-2, None], points[1:-1, None], points[2:, None]
    frequencies = np.fft.rfftfreq(length, 1 / sample_rate)
    rise, fall = (frequencies - left) / (middle - left), (right - frequencies) / (right - middle)
    return np.minimum(rise, fall).clip(min=0)


def log_mel(signal: np.ndarray, sample_rate: int, length: int = 400, hop: int = 160, n_mels: int = 80) -> np.ndarray:
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    power = np.abs(np.fft.rfft(frame_signal(signal, length, hop) * window)) ** 2
    mels = mel_filters(sample_rate, length, n_mels) @ power.T
    return np.log10(mels.clip(min=1e-10)).astype(np.float32)
