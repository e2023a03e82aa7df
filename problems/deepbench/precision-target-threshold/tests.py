import math

import numpy as np
import pytest
from solution import pick_threshold, report_at


def report(scores, labels, weights, threshold):
    rows = list(zip(scores.tolist(), labels.tolist(), weights.tolist(), strict=True))
    flagged = sum(w for s, _, w in rows if s >= threshold)
    hits = sum(w for s, y, w in rows if s >= threshold and y)
    positives = sum(w for _, y, w in rows if y)
    return {
        "precision": hits / flagged if flagged else math.nan,
        "recall": hits / positives if positives else math.nan,
        "flagged": flagged / sum(w for _, _, w in rows),
    }


def best(scores, labels, weights, min_precision):
    found = (-1.0, math.inf)
    for threshold in sorted(set(scores.tolist()), reverse=True):
        at = report(scores, labels, weights, threshold)
        if at["precision"] >= min_precision and at["recall"] > found[0]:
            found = (at["recall"], threshold)
    return found[1]


def rows(seed, n, levels):
    # Scores and weights are multiples of 1/8, so that sums are exact.
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, levels, size=n) / 8
    labels = (rng.random(n) < 0.2 + 0.6 * scores / scores.max()).astype(np.int64)
    return scores, labels, rng.integers(1, 40, size=n) / 8


@pytest.mark.parametrize(("n", "levels"), [(5, 4), (40, 10), (60, 500), (200, 30)])
def test_matches_a_search_over_all_candidates(n, levels):
    scores, labels, weights = rows(n, n, levels)
    before = scores.copy()
    for min_precision in (0.25, 0.5, 0.625, 0.75, 0.875, 1.0):
        assert pick_threshold(scores, labels, weights, min_precision) == best(scores, labels, weights, min_precision)
    np.testing.assert_array_equal(scores, before)


def test_by_hand():
    scores, labels, ones = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([1, 0, 1, 1, 0]), np.ones(5)
    assert pick_threshold(scores, labels, ones, 1.0) == 0.9
    assert pick_threshold(scores, labels, ones, 0.75) == 0.6
    assert pick_threshold(scores, labels, ones, 0.76) == 0.9
    # At equal recall (all positives), the greatest threshold.
    assert pick_threshold(scores, labels, ones, 0.5) == 0.6


def test_precision_need_not_fall_with_the_threshold():
    scores, labels = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0, 1, 1, 1])
    assert pick_threshold(scores, labels, np.ones(4), 0.7) == 0.6


def test_equal_scores_are_flagged_together():
    scores, labels = np.array([0.5, 0.5, 0.5, 0.5]), np.array([1, 1, 0, 0])
    assert pick_threshold(scores, labels, np.ones(4), 0.6) == math.inf
    assert pick_threshold(scores, labels, np.ones(4), 0.5) == 0.5


def test_weights_stand_for_rows():
    scores, labels = np.array([0.9, 0.8]), np.array([1, 0])
    assert pick_threshold(scores, labels, np.array([1.0, 8.0]), 0.5) == 0.9
    assert pick_threshold(np.array([0.8, 0.9]), labels, np.array([8.0, 1.0]), 0.5) == 0.8
    assert pick_threshold(np.array([0.8, 0.9]), labels, np.array([1.0, 8.0]), 0.5) == math.inf


def test_no_positives():
    assert pick_threshold(np.array([0.3, 0.2]), np.zeros(2, dtype=np.int64), np.ones(2), 0.1) == math.inf


def test_one_row():
    assert pick_threshold(np.array([0.3]), np.array([1]), np.ones(1), 1.0) == pytest.approx(0.3)


def test_min_precision_is_checked():
    for wrong in (0.0, -0.5, 1.001, math.nan):
        with pytest.raises(ValueError):
            pick_threshold(np.array([0.3]), np.array([1]), np.ones(1), wrong)


def test_reports_match_plain_loops():
    scores, labels, weights = rows(3, 50, 12)
    for threshold in (-1.0, scores[7], 0.5, 0.51, scores.max()):
        got = report_at(scores, labels, weights, threshold)
        assert got == pytest.approx(report(scores, labels, weights, threshold), rel=1e-9)
        assert all(isinstance(value, float) for value in got.values())


def test_reports_without_flagged_rows_or_positives():
    scores, labels = np.array([0.3, 0.2]), np.array([1, 0])
    got = report_at(scores, labels, np.ones(2), math.inf)
    assert got == pytest.approx({"precision": math.nan, "recall": 0.0, "flagged": 0.0}, nan_ok=True)
    got = report_at(scores, np.zeros(2, dtype=np.int64), np.ones(2), 0.25)
    assert got == pytest.approx({"precision": 0.0, "recall": math.nan, "flagged": 0.5}, nan_ok=True)
