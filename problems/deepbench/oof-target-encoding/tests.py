import random

import numpy as np
import pandas as pd
import pytest
from solution import encode_new, encode_out_of_fold


def code(rows, category, smoothing):
    """The code of one category, from (category, target) pairs."""
    prior = sum(y for _, y in rows) / len(rows)
    own = [y for c, y in rows if c == category and c is not None]
    return (sum(own) + smoothing * prior) / (len(own) + smoothing) if own else prior


def table(seed, n):
    rng = random.Random(seed)
    categories = [rng.choice(["a", "b", "c", "d", None]) for _ in range(n)]
    target = [rng.randint(0, 1) for _ in range(n)]
    return categories, target


@pytest.mark.parametrize(("n", "smoothing"), [(1, 10.0), (12, 0.0), (40, 2.5)])
def test_new_rows(n, smoothing):
    categories, target = table(n, n)
    old, y = pd.Series(categories, dtype=object), pd.Series(target)
    new = pd.Series(["a", "zebra", None, "b", "d", "a"], index=[5, 5, 2, 9, 0, 1], dtype=object)
    got = encode_new(old, y, new, smoothing)
    want = [code(list(zip(categories, target, strict=True)), c, smoothing) for c in new]
    assert got.dtype == np.float64
    assert got.index.tolist() == [5, 5, 2, 9, 0, 1]
    assert got.tolist() == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize(("n", "n_folds", "smoothing"), [(8, 2, 1.0), (60, 5, 10.0), (6, 6, 0.5)])
def test_out_of_fold(n, n_folds, smoothing):
    categories, target = table(n, n)
    folds = np.arange(n) % n_folds * 3 + 1
    np.random.default_rng(n).shuffle(folds)
    # An index with repeated values that is not in order.
    index = [i // 2 for i in reversed(range(n))]
    frame = pd.DataFrame({"c": pd.Series(categories, index=index, dtype=object), "y": target}, index=index)
    before = frame.copy()
    got = encode_out_of_fold(frame["c"], frame["y"], folds, smoothing)
    pd.testing.assert_frame_equal(frame, before)
    assert got.dtype == np.float64
    assert got.index.tolist() == index
    for i in range(n):
        rest = [(categories[j], target[j]) for j in range(n) if folds[j] != folds[i]]
        assert got.iloc[i] == pytest.approx(code(rest, categories[i], smoothing), rel=1e-9)


def test_by_hand():
    categories, target = pd.Series(["x", "x", "y", "y"]), pd.Series([1, 0, 1, 1])
    got = encode_new(categories, target, pd.Series(["x", "y", "z"]), smoothing=2.0)
    assert got.tolist() == pytest.approx([2.5 / 4, 3.5 / 4, 0.75])
    got = encode_out_of_fold(categories, target, np.array([0, 1, 0, 1]), smoothing=1.0)
    # Fold 0 sees x: 0, y: 1 with prior 1/2; fold 1 sees x: 1, y: 1 with prior 1.
    assert got.tolist() == pytest.approx([0.25, 1.0, 0.75, 1.0])


def test_default_smoothing_is_ten():
    categories, target = pd.Series(["x", "y"]), pd.Series([1, 0])
    assert encode_new(categories, target, pd.Series(["x"])).tolist() == pytest.approx([6 / 11])
    folds = np.array([1, 2, 1])
    got = encode_out_of_fold(pd.Series(["x", "x", "y"]), pd.Series([0, 1, 1]), folds)
    assert got.tolist() == pytest.approx([1.0, 5 / 11, 1.0])


def test_a_rows_own_target_does_not_matter():
    categories, target = table(5, 6)
    y, flipped = pd.Series(target), pd.Series(target)
    flipped.iloc[3] = 1 - flipped.iloc[3]
    folds = np.arange(6)
    first = encode_out_of_fold(pd.Series(categories, dtype=object), y, folds)
    second = encode_out_of_fold(pd.Series(categories, dtype=object), flipped, folds)
    assert first.iloc[3] == pytest.approx(second.iloc[3])
    assert (first != second).sum() == 5


def test_one_fold_is_refused():
    with pytest.raises(ValueError):
        encode_out_of_fold(pd.Series(["a", "b"]), pd.Series([0, 1]), np.array([4, 4]))
