from fractions import Fraction

import numpy as np
import pytest
from solution import RunningStandardizer


def gather(rows, cuts):
    standardizer = RunningStandardizer(rows.shape[1])
    for batch in np.split(rows, cuts):
        standardizer.update(batch)
    return standardizer


def table(seed=0, n=30):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4)) * [1.0, 1.0, 1e-3, 50.0] + [0.0, 1e8, 2.0, -300.0]
    rows[rng.random(rows.shape) < 0.2] = np.nan
    return rows


def moments(rows):
    """Count, mean and sum of squared deviations of each column, in exact arithmetic."""
    columns = [[Fraction(v) for v in column if v == v] for column in rows.T.tolist()]
    means = [sum(c) / len(c) for c in columns]
    m2 = [sum((v - mean) ** 2 for v in c) for c, mean in zip(columns, means, strict=True)]
    return np.array([[len(c) for c in columns], [float(m) for m in means], [float(v) for v in m2]])


def agree(state, want):
    count, mean, m2 = want
    assert state["count"].dtype == np.int64
    assert state["mean"].dtype == state["m2"].dtype == np.float64
    np.testing.assert_array_equal(state["count"], count)
    np.testing.assert_allclose(state["mean"], mean, rtol=5e-10, atol=5e-10)
    np.testing.assert_allclose(state["m2"], m2, rtol=1e-6)


ROWS = table()
MOMENTS = moments(ROWS)


@pytest.mark.parametrize("cuts", [[], list(range(1, 9)), [0, 10, 10, 29]])
def test_statistics_for_any_cut_into_batches(cuts):
    rows = ROWS.copy()
    state = gather(rows, cuts).state()
    np.testing.assert_array_equal(rows, ROWS)
    agree(state, MOMENTS)


def test_transform_and_back():
    standardizer = gather(ROWS.copy(), [13, 20])
    state = standardizer.state()
    got = standardizer.transform(ROWS.copy())
    assert got.dtype == np.float32
    assert got.shape == ROWS.shape
    count, mean, m2 = MOMENTS
    want = np.nan_to_num((ROWS - mean) / np.sqrt(m2 / count))
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=5e-6)
    back = standardizer.inverse_transform(standardizer.transform(np.nan_to_num(ROWS)))
    assert back.dtype == np.float64
    np.testing.assert_allclose(back[:, [0, 2, 3]], np.nan_to_num(ROWS)[:, [0, 2, 3]], rtol=1e-4, atol=1e-4)
    # None of this is learnt from.
    for key, value in standardizer.state().items():
        np.testing.assert_array_equal(value, state[key])


def test_by_hand():
    standardizer = RunningStandardizer(2)
    standardizer.update(np.array([[1.0, np.nan], [3.0, 10.0]]))
    standardizer.update(np.array([[5.0, 14.0]]))
    state = standardizer.state()
    assert state["count"].tolist() == [3, 2]
    assert state["mean"].tolist() == pytest.approx([3.0, 12.0])
    assert state["m2"].tolist() == pytest.approx([8.0, 8.0])
    got = standardizer.transform(np.array([[3.0, 16.0], [np.nan, 8.0]]))
    assert got.tolist() == [[0.0, 2.0], [0.0, -2.0]]
    assert standardizer.inverse_transform(np.array([[0.0, 2.0]])).tolist() == [[3.0, 16.0]]


def test_merge_is_like_adding_the_rows():
    parts = [gather(part, []).state() for part in np.split(ROWS, [12])]
    copies = [{k: v.copy() for k, v in part.items()} for part in parts]
    merged = RunningStandardizer(4)
    for part in parts:
        merged.merge(part)
    for part, copy in zip(parts, copies, strict=True):
        for key in part:
            np.testing.assert_array_equal(part[key], copy[key])
    agree(merged.state(), MOMENTS)


def test_state_is_a_copy():
    standardizer = RunningStandardizer(1)
    standardizer.update(np.array([[2.0], [4.0]]))
    first = standardizer.state()
    standardizer.update(np.array([[9.0]]))
    assert (first["count"].tolist(), first["mean"].tolist(), first["m2"].tolist()) == ([2], [3.0], [2.0])
    second = standardizer.state()
    for value in second.values():
        value += 1
    third = standardizer.state()
    assert third["count"].tolist() == [3]
    assert third["mean"].tolist() == pytest.approx([5.0])
    assert third["m2"].tolist() == pytest.approx([26.0])


def test_constant_and_unseen_features():
    standardizer = RunningStandardizer(3)
    for _ in range(3):  # 0.1 summed up in pieces leaves rounding noise in m2
        standardizer.update(np.array([[0.1, np.nan, 1e9 + 0.1]] * 3))
    state = standardizer.state()
    assert state["count"].tolist() == [9, 0, 9]
    assert state["mean"][1] == state["m2"][1] == 0.0
    got = standardizer.transform(np.array([[0.1, 5.0, 1e9 + 2.1], [2.1, -1.0, np.nan]]))
    np.testing.assert_allclose(got, [[0.0, 5.0, 2.0], [2.0, -1.0, 0.0]], atol=1e-5)
    back = standardizer.inverse_transform(np.array([[1.0, 1.0, 1.0]]))
    assert back[0].tolist() == pytest.approx([1.1, 1.0, 1e9 + 1.1], rel=1e-12)


def test_small_spread_is_not_constant():
    # The limit is 1e-10 * max(1, |mean|).
    standardizer = RunningStandardizer(5)
    spread = np.array([1e-9, 1.5e-10, 0.7e-10, 50.0, 150.0])
    mean = np.array([0.5, 0.0, 0.0, -1e12, -1e12])
    standardizer.update(np.array([mean - spread, mean + spread]))
    got = standardizer.transform((mean + spread)[None])
    assert got[0].tolist() == pytest.approx([1.0, 1.0, 0.7e-10, 50.0, 1.0], rel=1e-4)


def test_nothing_gathered():
    standardizer = RunningStandardizer(2)
    standardizer.update(np.zeros((0, 2)))
    assert standardizer.state()["count"].tolist() == [0, 0]
    assert standardizer.transform(np.array([[3.0, np.nan]])).tolist() == [[3.0, 0.0]]
    assert standardizer.transform(np.zeros((0, 2))).shape == (0, 2)


def test_float32_and_float16_batches_gather_in_float64():
    rows = (1e4 + np.random.default_rng(5).normal(size=(400, 1)) * 0.1).astype(np.float32)
    state = gather(rows, [100, 260]).state()
    exact = rows.astype(np.float64)
    assert state["mean"][0] == pytest.approx(exact.mean(), rel=1e-12)
    assert state["m2"][0] == pytest.approx(exact.var() * 400, rel=1e-6)
    assert RunningStandardizer(1).transform(rows).dtype == np.float32
    half = RunningStandardizer(1)
    half.update(np.full((8, 1), 60000.0, dtype=np.float16))
    assert half.state()["mean"][0] == pytest.approx(60000.0, rel=1e-6)
    # Subtracting in float32 would lose the fraction.
    wide = RunningStandardizer(1)
    wide.update(np.array([[2.0**27 - 0.25], [2.0**27 + 0.25]]))
    assert wide.transform(np.array([[2.0**27 + 0.5]]))[0, 0] == pytest.approx(2.0, rel=1e-4)


def test_wrong_shapes_are_refused():
    standardizer = RunningStandardizer(3)
    for method in (standardizer.update, standardizer.transform, standardizer.inverse_transform):
        for shape in ((3,), (4, 1), (1, 3, 3)):
            with pytest.raises(ValueError):
                method(np.ones(shape))
    with pytest.raises(ValueError):
        standardizer.update(np.ones((2, 4)))
    assert standardizer.state()["count"].tolist() == [0, 0, 0]
