import cmath
import math

import numpy as np
import pytest
from solution import frame_signal, log_mel, mel_filters


def sample(signal, i):
    n = len(signal)
    while i < 0 or i >= n:
        i = -i if i < 0 else 2 * (n - 1) - i
    return signal[i]


def filters_by_hand(sample_rate, length, n_mels):
    top = 2595 * math.log10(1 + sample_rate / 2 / 700)
    points = [700 * (10 ** (top * i / (n_mels + 1) / 2595) - 1) for i in range(n_mels + 2)]
    rows = []
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        row = []
        for k in range(length // 2 + 1):
            f = k * sample_rate / length
            row.append((f - a) / (b - a) if a < f <= b else (c - f) / (c - b) if b < f < c else 0.0)
        rows.append(row)
    return rows


@pytest.mark.parametrize(("size", "length", "hop"), [(9, 8, 3), (12, 4, 4), (13, 4, 1), (30, 10, 7), (5, 8, 20)])
def test_frames_match_plain_indexing(size, length, hop):
    signal = np.random.default_rng(size).normal(size=size)
    before = signal.copy()
    got = frame_signal(signal, length, hop)
    np.testing.assert_array_equal(signal, before)
    want = [[sample(signal, t * hop - length // 2 + i) for i in range(length)] for t in range(1 + size // hop)]
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, want)


def test_frames_by_hand():
    got = frame_signal(np.array([1.0, 2, 3, 4], dtype=np.float32), 4, 2)
    assert got.tolist() == [[3, 2, 1, 2], [1, 2, 3, 4], [3, 4, 3, 2]]
    assert got.dtype == np.float64


@pytest.mark.parametrize(("sample_rate", "length", "n_mels"), [(8000, 64, 5), (16000, 100, 12), (22050, 32, 1)])
def test_filters_match_plain_loops(sample_rate, length, n_mels):
    got = mel_filters(sample_rate, length, n_mels)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, filters_by_hand(sample_rate, length, n_mels), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("size", "sample_rate", "length", "hop", "n_mels"), [(40, 8000, 16, 10, 4), (33, 1000, 12, 5, 3)]
)
def test_spectrogram_matches_a_plain_fourier_sum(size, sample_rate, length, hop, n_mels):
    signal = np.random.default_rng(size).normal(size=size)
    got = log_mel(signal, sample_rate, length, hop, n_mels)
    assert got.dtype == np.float32
    assert got.shape == (n_mels, 1 + size // hop)
    filters = filters_by_hand(sample_rate, length, n_mels)
    for t in range(1 + size // hop):
        frame = [sample(signal, t * hop - length // 2 + i) for i in range(length)]
        frame = [x * math.sin(math.pi * i / length) ** 2 for i, x in enumerate(frame)]
        power = []
        for k in range(length // 2 + 1):
            power.append(abs(sum(x * cmath.exp(-2j * math.pi * k * i / length) for i, x in enumerate(frame))) ** 2)
        for m in range(n_mels):
            value = sum(w * p for w, p in zip(filters[m], power, strict=True))
            assert got[m, t] == pytest.approx(math.log10(max(value, 1e-10)), rel=1e-4, abs=1e-5)


def test_defaults_and_silence():
    got = log_mel(np.zeros(800), 16000)
    assert got.shape == (80, 6)
    assert got.ravel().tolist() == pytest.approx([-10.0] * 480)
    tone = np.sin(2 * np.pi * 1000 * np.arange(800) / 16000)
    np.testing.assert_allclose(log_mel(tone, 16000), log_mel(tone, 16000, 400, 160, 80))
    loudest = log_mel(tone, 16000)[:, 3].argmax()
    top = 2595 * math.log10(1 + 8000 / 700)
    assert abs((loudest + 1) * top / 81 - 2595 * math.log10(1 + 1000 / 700)) < top / 81


def test_quiet_bands_stop_at_minus_ten():
    got = log_mel(np.full(64, 3e-6), 8000, 16, 8, 2)
    assert got.min() >= -10
    louder = log_mel(np.full(64, 1e-5), 8000, 16, 8, 2)
    assert louder.max() > -10
