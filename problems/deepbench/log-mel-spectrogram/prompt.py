import numpy as np


def frame_signal(signal: np.ndarray, length: int, hop: int) -> np.ndarray:
    """Frames of a waveform, centred: frame t's middle sample (index length // 2 in the frame) is sample t * hop.

    Samples before the beginning and after the end are those of the waveform mirrored there, without repeating the first
    or the last one (…, s[2], s[1], s[0], s[1], s[2], …).

    Args:
        signal: float array (T,), with T > length // 2. It is not changed.
        length: an even number of samples.
        hop: >= 1.

    Returns:
        float64 array (1 + T // hop, length).
    """


def mel_filters(sample_rate: int, length: int, n_mels: int) -> np.ndarray:
    """Triangular filters, evenly spaced on the mel scale m = 2595 * log10(1 + f / 700).

    n_mels + 2 points lie evenly in mels from 0 Hz to sample_rate / 2. Filter i rises linearly in Hz from 0 at point i to
    1 at point i + 1, falls linearly to 0 at point i + 2, and is 0 elsewhere. It is evaluated at the frequencies of the
    real FFT of ``length`` samples.

    Returns:
        float64 array (n_mels, length // 2 + 1), not normalised.
    """


def log_mel(signal: np.ndarray, sample_rate: int, length: int = 400, hop: int = 160, n_mels: int = 80) -> np.ndarray:
    """The log-mel spectrogram: of each frame, weighted by a Hann window, the power spectrum |FFT|² goes through the
    filters; the result is log10(max(x, 1e-10)).

    The window is the periodic one, 0.5 - 0.5 * cos(2 pi n / length) for n = 0 … length - 1.

    Returns:
        float32 array (n_mels, 1 + T // hop).
    """
