import math

import numpy as np
import pytest
from solution import calibration_report


def by_hand(logits, labels, n_bins):
    samples = []
    for row, label in zip(logits.astype(np.float64).tolist(), labels.tolist(), strict=True):
        top = max(row)
        exps = [math.exp(v - top) for v in row]
        samples.append((max(exps) / math.fsum(exps), row.index(top) == label))

    def error(group):
        return abs(sum(ok for _, ok in group) / len(group) - math.fsum(c for c, _ in group) / len(group))

    def weighted(groups):
        return sum(len(group) / len(samples) * error(group) for group in groups if group)

    equal_width = [[s for s in samples if b < s[0] * n_bins <= b + 1] for b in range(n_bins)]
    ranked, equal_size = sorted(samples, key=lambda s: s[0]), []
    for b in range(n_bins):
        size = len(samples) // n_bins + (b < len(samples) % n_bins)
        equal_size.append(ranked[:size])
        ranked = ranked[size:]
    return {
        "ece": weighted(equal_width),
        "mce": max(error(group) for group in equal_width if group),
        "counts": [len(group) for group in equal_width],
        "ace": weighted(equal_size),
    }


def check(logits, labels, n_bins, rel=1e-6):
    before = logits.copy()
    got = calibration_report(logits, labels, n_bins)
    np.testing.assert_array_equal(logits, before)
    want = by_hand(logits, labels, n_bins)
    assert set(got) == set(want)
    assert list(got["counts"]) == want["counts"]
    for key in ("ece", "mce", "ace"):
        assert isinstance(got[key], float)
        assert got[key] == pytest.approx(want[key], rel=rel, abs=1e-9)


@pytest.mark.parametrize("n_bins", [1, 2, 7, 15])
@pytest.mark.parametrize(("n", "n_classes", "spread"), [(1, 3, 1.0), (5, 2, 1.0), (100, 4, 2.0), (257, 10, 4.0)])
def test_matches_plain_loops(n, n_classes, spread, n_bins):
    rng = np.random.default_rng(n + n_bins)
    logits = rng.normal(size=(n, n_classes)) * spread
    labels = np.where(rng.random(n) < 0.5, logits.argmax(axis=1), rng.integers(0, n_classes, size=n))
    check(logits, labels, n_bins)
    check(logits.astype(np.float32), labels, n_bins)


def test_by_hand():
    # Confidences 0.6 (right), 0.7 (wrong), 0.9 (right) with two classes.
    logits = np.log([[0.6, 0.4], [0.3, 0.7], [0.1, 0.9]])
    got = calibration_report(logits, np.array([0, 0, 1]), 4)
    assert got["counts"] == [0, 0, 2, 1]
    assert got["mce"] == pytest.approx(0.15)
    assert got["ece"] == pytest.approx((2 * 0.15 + 0.1) / 3)
    # Four bins for three samples: one each, the last one empty.
    assert got["ace"] == pytest.approx((0.4 + 0.7 + 0.1) / 3)
    assert calibration_report(logits, np.array([0, 0, 1]), 2)["ace"] == pytest.approx((2 * 0.15 + 0.1) / 3)


def test_default_is_fifteen_bins():
    assert len(calibration_report(np.array([[0.0, 1.0]]), np.array([0]))["counts"]) == 15


def test_a_confidence_on_an_edge_is_in_the_lower_bin():
    # Exactly 1/2, 1/4 and 1.
    assert calibration_report(np.zeros((1, 2)), np.array([0]), 2)["counts"] == [1, 0]
    assert calibration_report(np.zeros((1, 2)), np.array([0]), 4)["counts"] == [0, 1, 0, 0]
    assert calibration_report(np.zeros((3, 4)), np.array([0, 1, 2]), 4)["counts"] == [3, 0, 0, 0]
    assert calibration_report(np.array([[800.0, 0.0]]), np.array([0]), 4)["counts"] == [0, 0, 0, 1]


def test_equal_logits_predict_the_first_class():
    got = calibration_report(np.zeros((4, 2)), np.array([0, 0, 0, 1]), 1)
    assert got["ece"] == pytest.approx(0.25)
    # Equal confidences stay in input order: bins (right, right) and (right, wrong).
    assert calibration_report(np.zeros((4, 2)), np.array([0, 0, 0, 1]), 2)["ace"] == pytest.approx(0.25)
    many = calibration_report(np.zeros((100, 2)), np.arange(100) % 2, 100)
    assert many["ace"] == pytest.approx(0.5)
    halves = calibration_report(np.zeros((100, 2)), np.arange(100) // 50, 2)
    assert halves["ace"] == pytest.approx(0.5)
    assert halves["ece"] == pytest.approx(0.0)


def test_tied_confidences_stay_in_input_order():
    rng = np.random.default_rng(9)
    logits = np.array([[2.0, 2.0], [2.0, 1.0], [1.0, 2.0], [2.0, 0.0], [0.0, 2.0]])[rng.integers(0, 5, size=300)]
    check(logits, rng.integers(0, 2, size=300), 7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits(dtype):
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4 + 1, -1e4], [1e4, 1e4, -1e4]], dtype=dtype)
    check(logits, np.array([0, 1, 1]), 10)
    assert calibration_report(logits[:1], np.array([1]), 5)["mce"] == pytest.approx(1.0)


def test_one_class_and_labels_that_are_no_class():
    got = calibration_report(np.array([[3.0], [-2.0]]), np.array([0, 0]), 3)
    assert got == {"ece": 0.0, "mce": 0.0, "counts": [0, 0, 2], "ace": 0.0}
    assert calibration_report(np.array([[3.0], [-2.0]]), np.array([0, 7]), 3)["ece"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("logits_shape", "labels_shape", "n_bins"),
    [
        ((0, 3), (0,), 5),
        ((4,), (4,), 5),
        ((4, 3), (3,), 5),
        ((4, 3), (4, 1), 5),
        ((4, 3), (4,), 0),
        ((2, 3, 4), (2,), 5),
    ],
)
def test_errors(logits_shape, labels_shape, n_bins):
    with pytest.raises(ValueError):
        calibration_report(np.zeros(logits_shape), np.zeros(labels_shape, dtype=np.int64), n_bins)
