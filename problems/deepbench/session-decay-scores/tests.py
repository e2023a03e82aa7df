import math

import numpy as np
import pytest
from solution import score_session


def by_hand(session, table, decay):
    scores = []
    for item in range(len(table)):
        if item in session:
            scores.append(-math.inf)
        else:
            scores.append(sum(table[click][item] * decay**age for age, click in enumerate(reversed(session))))
    return scores


@pytest.mark.parametrize("decay", [1.0, 0.7, 0.2])
@pytest.mark.parametrize(("items", "length"), [(2, 1), (6, 3), (9, 12), (5, 0)])
def test_matches_plain_loops(items, length, decay):
    rng = np.random.default_rng(items + length)
    table, session = rng.random((items, items)), rng.integers(0, items, length).tolist()
    before = table.copy()
    got = score_session(list(session), table, decay)
    assert (table == before).all()
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx(by_hand(session, table.tolist(), decay), rel=1e-9)


def test_by_hand():
    table = np.array([[0.0, 1.0, 4.0, 2.0], [1.0, 0.0, 8.0, 0.0], [4.0, 8.0, 0.0, 3.0], [2.0, 0.0, 3.0, 0.0]])
    assert score_session([0, 1], table, 0.5).tolist() == [-math.inf, -math.inf, 10.0, 1.0]
    assert score_session([1, 0, 0], table, 0.5).tolist() == [-math.inf, -math.inf, 8.0, 3.0]


def test_rows_are_the_clicks():
    table = np.array([[0.0, 5.0], [7.0, 0.0]])
    assert score_session([0], table, 0.9).tolist() == [-math.inf, 5.0]
    assert score_session([], table, 0.9).tolist() == [0.0, 0.0]
