import numpy as np
import pytest
from solution import pcm_to_float


@pytest.mark.parametrize(("size", "channels", "limit"), [(1, 1, 0.01), (20, 2, 0.9), (9, 6, 0.1)])
def test_matches_plain_loops(size, channels, limit):
    samples = np.random.default_rng(size).integers(-32768, 32768, (size, channels), dtype=np.int16)
    before = samples.copy()
    got = pcm_to_float(samples, limit)
    np.testing.assert_array_equal(samples, before)
    assert got.dtype == np.float32
    mono = [sum(row) / channels / 32768 for row in samples.tolist()]
    peak = max(abs(value) for value in mono)
    scale = limit / peak if peak > limit else 1.0
    assert got.tolist() == pytest.approx([value * scale for value in mono], rel=1e-5, abs=1e-8)


def test_by_hand():
    samples = np.array([[100, 300], [-1000, 200], [50, -50]], dtype=np.int16)
    assert pcm_to_float(samples).tolist() == pytest.approx([200 / 32768, -400 / 32768, 0.0], rel=1e-6)
    assert pcm_to_float(samples, 400 / 65536).tolist() == pytest.approx([100 / 32768, -200 / 32768, 0.0], rel=1e-6)


def test_the_extremes_do_not_overflow():
    samples = np.array([[-32768, -32768], [32767, 32767], [16384, 16384]], dtype=np.int16)
    assert pcm_to_float(samples, 1.0).tolist() == pytest.approx([-1.0, 32767 / 32768, 0.5], rel=1e-6)
    assert pcm_to_float(samples).tolist() == pytest.approx([-0.5, 32767 / 65536, 0.25], rel=1e-6)


def test_silence():
    assert pcm_to_float(np.zeros((3, 2), dtype=np.int16)).tolist() == [0, 0, 0]
