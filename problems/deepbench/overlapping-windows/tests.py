import numpy as np
import pytest
from solution import cut_windows, join_windows


def begins_by_hand(size, length, step):
    begins, at = [], 0
    while at + length <= size:
        begins.append(at)
        at += step
    if not begins:
        return [0]
    return begins if begins[-1] + length == size else [*begins, size - length]


SIZES = [
    (1, 1, 1),
    (10, 4, 2),
    (11, 4, 2),
    (10, 4, 3),
    (10, 4, 4),
    (12, 4, 4),
    (5, 5, 3),
    (3, 7, 2),
    (20, 6, 1),
    (9, 8, 5),
]


@pytest.mark.parametrize(("size", "length", "step"), SIZES)
def test_windows_and_their_means(size, length, step):
    rng = np.random.default_rng(size)
    series = rng.random((size, 2))
    before = series.copy()
    windows, begins = cut_windows(series, length, step)
    np.testing.assert_array_equal(series, before)
    assert begins.dtype == np.int64
    assert begins.tolist() == begins_by_hand(size, length, step)
    assert windows.shape == (len(begins), length, 2)
    for window, begin in zip(windows, begins.tolist(), strict=True):
        want = [series[t].tolist() if t < size else [0.0, 0.0] for t in range(begin, begin + length)]
        assert window.tolist() == want
    predicted = rng.random(windows.shape)
    copy = predicted.copy()
    joined = join_windows(predicted, begins, size)
    np.testing.assert_array_equal(predicted, copy)
    assert joined.dtype == np.float64
    assert joined.shape == (size, 2)
    for t in range(size):
        covering = [p[t - b] for p, b in zip(predicted, begins.tolist(), strict=True) if b <= t < b + length]
        np.testing.assert_allclose(joined[t], sum(covering) / len(covering), rtol=1e-9)


def test_by_hand():
    windows, begins = cut_windows(np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), 2, 2)
    assert windows[:, :, 0].tolist() == [[1, 2], [3, 4], [4, 5]]
    assert begins.tolist() == [0, 2, 3]
    joined = join_windows(np.array([[[1.0], [2.0]], [[3.0], [5.0]], [[9.0], [6.0]]]), begins, 5)
    assert joined[:, 0].tolist() == [1, 2, 3, 7, 6]


def test_dtype_is_kept_and_means_are_taken_in_float64():
    windows, begins = cut_windows(np.ones((3, 1), dtype=np.float32), 4, 1)
    assert windows.dtype == np.float32
    assert windows[0, :, 0].tolist() == [1, 1, 1, 0]
    assert join_windows(windows, begins, 3).tolist() == [[1.0]] * 3
    half = np.full((40, 1, 1), 2048, dtype=np.float16)
    assert join_windows(half, np.zeros(40, dtype=np.int64), 1)[0, 0] == 2048


def test_windows_in_any_order():
    windows = np.array([[[4.0], [6.0]], [[1.0], [2.0]]])
    assert join_windows(windows, np.array([1, 0]), 3)[:, 0].tolist() == [1, 3, 6]
