import math

import numpy as np
import pytest
from solution import ensemble_predict


def by_hand(logits):
    models, samples, classes = logits.shape
    rows = []
    for n in range(samples):
        row = [0.0] * classes
        for m in range(models):
            total = math.fsum(math.exp(v) for v in logits[m, n].tolist())
            for c in range(classes):
                row[c] += math.exp(logits[m, n, c]) / total / models
        rows.append(row)
    return rows


@pytest.mark.parametrize("shape", [(1, 4, 3), (3, 5, 4), (5, 2, 1), (2, 6, 2)])
def test_matches_plain_loops(shape):
    logits = np.random.default_rng(sum(shape)).normal(0, 3, shape)
    probabilities, labels = ensemble_predict(logits)
    assert (probabilities.dtype, labels.dtype) == (np.float64, np.int64)
    assert probabilities.shape == shape[1:]
    want = by_hand(logits)
    for got, row in zip(probabilities.tolist(), want, strict=True):
        assert got == pytest.approx(row, rel=1e-9)
    assert labels.tolist() == [row.index(max(row)) for row in want]


def test_probabilities_are_averaged_and_not_logits():
    # One very sure model is outvoted by two that are rather sure of the other class.
    logits = np.array([[[20.0, 0.0]], [[0.0, 2.0]], [[0.0, 2.0]]])
    probabilities, labels = ensemble_predict(logits)
    assert labels.tolist() == [1]
    second = (1 / (1 + math.exp(20)) + 2 / (1 + math.exp(-2))) / 3
    assert probabilities[0].tolist() == pytest.approx([1 - second, second], rel=1e-9)


def test_large_logits():
    probabilities, labels = ensemble_predict(np.array([[[1e4, 0.0], [-1e4, -1e4]], [[1e4, -1e4], [0.0, -1e4]]]))
    assert probabilities.tolist() == [pytest.approx([1.0, 0.0]), pytest.approx([0.75, 0.25])]
    assert labels.tolist() == [0, 0]


def test_ties_go_to_the_lowest_class():
    assert ensemble_predict(np.array([[[1.0, 3.0, 3.0]], [[1.0, 3.0, 3.0]]]))[1].tolist() == [1]


def test_single_precision_is_computed_in_double():
    logits = np.random.default_rng(0).normal(0, 3, (2, 3, 4)).astype(np.float32)
    probabilities = ensemble_predict(logits)[0]
    assert probabilities.dtype == np.float64
    for got, row in zip(probabilities.tolist(), by_hand(logits.astype(np.float64)), strict=True):
        assert got == pytest.approx(row, rel=1e-9)
