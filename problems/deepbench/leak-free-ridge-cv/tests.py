import math
import statistics

import numpy as np
import pytest
from solution import apply_preprocessing, cross_validated_r2, fit_preprocessing

NAN = math.nan


def table(seed, n, f):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, f)) * rng.uniform(0.5, 20, size=f) + 3
    y = x @ rng.normal(size=f) / 5 + rng.normal(size=n) + 10
    x[rng.random(x.shape) < 0.15] = NAN
    return x, y, rng.permutation(np.arange(n) % 3) * 5 - 2


def fit_by_hand(x):
    state = {"median": [], "mean": [], "std": []}
    for column in x.T.tolist():
        median = statistics.median(v for v in column if v == v)
        filled = [v if v == v else median for v in column]
        state["median"].append(median)
        state["mean"].append(statistics.fmean(filled))
        state["std"].append(statistics.pstdev(filled) or 1.0)
    return state


def apply_by_hand(x, state):
    return np.array(
        [
            [((v if v == v else m) - mean) / std for v, m, mean, std in zip(row, *state.values(), strict=True)]
            for row in x.tolist()
        ]
    )


def ridge_by_hand(x, y, alpha):
    """Normal equations with a column of ones whose coefficient is free."""
    ones = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([alpha] * x.shape[1] + [0.0])
    return np.linalg.solve(ones.T @ ones + penalty, ones.T @ y)


def cv_by_hand(x, y, folds, alpha):
    prediction, squares, deviations = np.zeros(len(y)), 0.0, 0.0
    for i in range(len(y)):
        train = [j for j in range(len(y)) if folds[j] != folds[i]]
        state = fit_by_hand(x[train])
        weights = ridge_by_hand(apply_by_hand(x[train], state), y[train], alpha)
        prediction[i] = np.append(apply_by_hand(x[i : i + 1], state)[0], 1.0) @ weights
        squares += (y[i] - prediction[i]) ** 2
        deviations += (y[i] - statistics.fmean(y[train])) ** 2
    return 1 - squares / deviations, prediction


def test_preprocessing_is_learned_column_by_column():
    x = table(0, 21, 4)[0]
    before = x.copy()
    got = fit_preprocessing(x)
    np.testing.assert_array_equal(x, before)
    want = fit_by_hand(x)
    assert set(got) == set(want)
    for key in want:
        np.testing.assert_allclose(got[key], want[key], rtol=1e-9)
    np.testing.assert_allclose(apply_preprocessing(x, got), apply_by_hand(x, want), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(x, before)


def test_preprocessing_by_hand():
    state = fit_preprocessing(np.array([[1.0, 7.0], [NAN, 7.0], [3.0, 7.0], [8.0, NAN]]))
    np.testing.assert_allclose(state["median"], [3.0, 7.0])
    np.testing.assert_allclose(state["mean"], [3.75, 7.0])
    np.testing.assert_allclose(state["std"], [math.sqrt((2.75**2 + 0.75**2 * 2 + 4.25**2) / 4), 1.0])


def test_other_rows_are_scaled_with_what_was_learned():
    state = {"median": np.array([2.0]), "mean": np.array([1.0]), "std": np.array([4.0])}
    assert apply_preprocessing(np.array([[9.0], [NAN]]), state).tolist() == [[2.0], [0.25]]


@pytest.mark.parametrize(("n", "f", "alpha"), [(9, 2, 0.5), (24, 3, 3.0), (30, 1, 0.01)])
def test_matches_normal_equations(n, f, alpha):
    x, y, folds = table(n, n, f)
    before = x.copy()
    r2, prediction = cross_validated_r2(x, y, folds, alpha)
    np.testing.assert_array_equal(x, before)
    want_r2, want = cv_by_hand(x, y, folds, alpha)
    assert isinstance(r2, float)
    assert r2 == pytest.approx(want_r2, rel=1e-7)
    np.testing.assert_allclose(prediction, want, rtol=1e-7)


def test_an_outlier_does_not_touch_its_own_scaling():
    x = np.array([[0.0], [1.0], [2.0], [1e6]])
    prediction = cross_validated_r2(x, np.array([0.0, 1.0, 2.0, 3.0]), np.array([0, 0, 0, 1]), 1e-9)[1]
    assert prediction[3] == pytest.approx(1e6, rel=1e-5)


def test_the_baseline_is_the_training_mean():
    x, y = np.zeros((4, 1)), np.array([0.0, 0.0, 4.0, 4.0])
    r2, prediction = cross_validated_r2(x, y, np.array([7, 7, 9, 9]), 1.0)
    assert prediction.tolist() == pytest.approx([4.0, 4.0, 0.0, 0.0])
    assert r2 == pytest.approx(0.0)


def test_the_intercept_is_not_penalised():
    x, y = np.zeros((4, 1)), np.array([50.0, 50.0, 50.0, 51.0])
    assert cross_validated_r2(x, y, np.arange(4), 1e6)[1].tolist() == pytest.approx([151 / 3] * 3 + [50.0])


def test_one_fold_is_refused():
    with pytest.raises(ValueError):
        cross_validated_r2(np.ones((3, 1)), np.arange(3.0), np.zeros(3, dtype=np.int64), 1.0)
