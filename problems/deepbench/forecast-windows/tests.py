import math

import numpy as np
import pytest
from solution import make_windows


def by_hand(series, target, input_len, horizon, val_start, test_start, stride):
    rows = [[float(v) for v in row] for row in series]
    mean, std = [], []
    for f in range(len(rows[0])):
        known = [row[f] for row in rows[:val_start] if not math.isnan(row[f])]
        m = math.fsum(known) / len(known)
        s = math.sqrt(math.fsum((v - m) ** 2 for v in known) / len(known))
        mean.append(m)
        std.append(s if s > 0 else 1.0)
    scaled = [[(v - m) / s for v, m, s in zip(row, mean, std, strict=True)] for row in rows]
    found = {"train": [], "val": [], "test": []}
    for start in range(0, len(rows), stride):
        x = scaled[start : start + input_len]
        times = list(range(start + input_len, start + input_len + horizon))
        if times[-1] >= len(rows):
            continue
        y = [scaled[t][target] for t in times]
        if any(math.isnan(v) for row in x for v in row) or any(math.isnan(v) for v in y):
            continue
        if all(t < val_start for t in times):
            found["train"].append((x, y))
        elif all(val_start <= t < test_start for t in times):
            found["val"].append((x, y))
        elif all(t >= test_start for t in times):
            found["test"].append((x, y))
    return found, mean, std


def check(series, target, input_len, horizon, val_start, test_start, stride):
    before = series.copy()
    got = make_windows(series, target, input_len, horizon, val_start, test_start, stride)
    np.testing.assert_array_equal(series, before)
    found, mean, std = by_hand(series, target, input_len, horizon, val_start, test_start, stride)
    assert got["mean"].dtype == got["std"].dtype == np.float64
    assert got["mean"].tolist() == pytest.approx(mean, rel=1e-9, abs=1e-12)
    assert got["std"].tolist() == pytest.approx(std, rel=1e-9)
    for name, windows in found.items():
        inputs, answers = got[name]
        assert inputs.dtype == answers.dtype == np.float32
        assert inputs.shape == (len(windows), input_len, series.shape[1])
        assert answers.shape == (len(windows), horizon)
        if windows:
            np.testing.assert_allclose(inputs, [x for x, _ in windows], rtol=1e-5, atol=1e-5)
            np.testing.assert_allclose(answers, [y for _, y in windows], rtol=1e-5, atol=1e-5)
    return {name: len(windows) for name, windows in found.items()}


@pytest.mark.parametrize(
    ("input_len", "horizon", "stride"),
    [(1, 1, 1), (4, 2, 1), (3, 5, 1), (3, 5, 2), (4, 2, 3), (1, 1, 5), (6, 1, 2), (6, 1, 3)],
)
def test_matches_plain_loops(input_len, horizon, stride):
    rng = np.random.default_rng(input_len * 10 + horizon)
    series = rng.normal(size=(37, 3)) * [1.0, 5.0, 0.1] + [0.0, 40.0, -3.0] + np.arange(37)[:, None] * 0.3
    check(series, 1, input_len, horizon, 18, 27, stride)


def test_missing_values():
    rng = np.random.default_rng(3)
    series = rng.normal(size=(40, 2)) * 3 + 10
    series[[5, 31], 0] = np.nan
    series[[12, 22, 39], 1] = np.nan
    counts = check(series, 0, 3, 2, 20, 30, 1)
    assert min(counts.values()) >= 1


def test_windows_by_hand():
    # The training period is 0, 2, 0, 2 (mean 1, std 1); later values are large and must not leak into the statistics.
    series = np.array([[0.0], [2.0], [0.0], [2.0], [101.0], [201.0], [301.0], [401.0]])
    got = make_windows(series, 0, 2, 1, 4, 6)
    assert got["mean"].tolist() == [1.0]
    assert got["std"].tolist() == [1.0]
    assert got["train"][0][:, :, 0].tolist() == [[-1.0, 1.0], [1.0, -1.0]]
    assert got["train"][1].tolist() == [[-1.0], [1.0]]
    assert got["val"][0][:, :, 0].tolist() == [[-1.0, 1.0], [1.0, 100.0]]
    assert got["val"][1].tolist() == [[100.0], [200.0]]
    assert got["test"][0][:, :, 0].tolist() == [[100.0, 200.0], [200.0, 300.0]]
    assert got["test"][1].tolist() == [[300.0], [400.0]]


def test_constant_feature_has_unit_std():
    series = np.column_stack([np.full(12, 7.0), np.arange(12.0)])
    series[10:, 0] = 9.0
    got = make_windows(series, 0, 2, 1, 6, 9)
    assert got["std"][0] == 1.0
    assert got["test"][1].tolist() == [[0.0], [2.0], [2.0]]


def test_float32_with_a_large_offset():
    # Values near 1e5: a float32 mean would be off by far more than the tolerance.
    rng = np.random.default_rng(2)
    series = (1e5 + rng.normal(size=(400, 1)) * 4).astype(np.float32)
    got = make_windows(series, 0, 8, 4, 390, 395)
    assert got["mean"][0] == pytest.approx(series[:390, 0].astype(np.float64).mean(), rel=1e-10)
    assert got["std"][0] == pytest.approx(series[:390, 0].astype(np.float64).std(), rel=1e-7)
    assert got["train"][0].shape == (379, 8, 1)
    assert got["val"][1].shape == (2, 4)
    assert got["test"][1].shape == (2, 4)


def test_empty_splits_keep_their_shapes():
    series = np.arange(20.0).reshape(10, 2)
    got = make_windows(series, 0, 4, 3, 7, 7)
    assert got["train"][0].shape == (1, 4, 2)
    assert got["val"][0].shape == (0, 4, 2)
    assert got["val"][1].shape == (0, 3)
    assert got["test"][1].shape == (1, 3)
    short = make_windows(series, 1, 9, 4, 10, 10)
    assert short["train"][0].shape == (0, 9, 2)
    assert short["test"][1].shape == (0, 4)
    assert make_windows(series, 0, 4, 3, 1, 10)["val"][1].shape == (4, 3)


def test_errors():
    series = np.arange(10.0)[:, None]
    for arguments in [
        (0, 0, 2, 4, 6),
        (0, 2, 0, 4, 6),
        (0, 2, 1, 4, 6, 0),
        (0, -2, 1, 4, 6),
        (0, 2, -1, 4, 6),
        (0, 2, 1, 4, 6, -1),
        (0, 2, 1, 0, 6),
        (0, 2, 1, 6, 4),
        (0, 2, 1, 4, 11),
    ]:
        with pytest.raises(ValueError):
            make_windows(series, *arguments)


def test_a_feature_without_training_values_is_refused():
    series = np.ones((10, 2))
    series[:5, 1] = np.nan
    with pytest.raises(ValueError):
        make_windows(series, 0, 2, 1, 5, 7)
    assert make_windows(series, 0, 2, 1, 6, 7)["mean"].tolist() == [1.0, 1.0]
