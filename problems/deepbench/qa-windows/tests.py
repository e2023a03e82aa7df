import itertools
import random

import numpy as np
import pytest
from solution import best_answer, make_windows

SPECIAL = (101, 102, 0)


def windows_by_hand(question, context, answer, max_len, stride):
    room = max_len - len(question) - 3
    firsts = [0]
    while firsts[-1] + room < len(context):
        firsts.append(firsts[-1] + stride)
    rows = {"ids": [], "context_index": [], "start": [], "end": []}
    for first in firsts:
        ids, index = [101] + question + [102], [-1] * (len(question) + 2)
        where = {}
        for c in range(first, min(first + room, len(context))):
            where[c] = len(ids)
            ids.append(context[c])
            index.append(c)
        ids.append(102)
        rows["ids"].append(ids + [0] * (max_len - len(ids)))
        rows["context_index"].append(index + [-1] * (max_len - len(index)))
        whole = answer is not None and answer[0] in where and answer[1] in where
        rows["start"].append(where[answer[0]] if whole else 0)
        rows["end"].append(where[answer[1]] if whole else 0)
    return rows


@pytest.mark.parametrize(
    ("n_question", "n_context", "max_len", "stride"),
    [(0, 1, 4, 1), (2, 9, 20, 3), (3, 14, 11, 2), (3, 15, 11, 5), (1, 25, 12, 7), (2, 8, 13, 8), (2, 9, 13, 8)],
)
def test_windows_match_plain_lists(n_question, n_context, max_len, stride):
    rng = random.Random(n_context)
    question = [rng.randrange(0, 90) for _ in range(n_question)]
    context = [rng.randrange(0, 110) for _ in range(n_context)]
    first = rng.randrange(n_context)
    for answer in (None, (first, min(first + 2, n_context - 1)), (n_context - 1, n_context - 1)):
        got = make_windows(question, context, answer, max_len, stride, SPECIAL)
        want = windows_by_hand(question, context, answer, max_len, stride)
        assert set(got) == set(want)
        assert all(got[key].dtype == np.int64 for key in want)
        assert {key: value.tolist() for key, value in got.items()} == want


def test_windows_by_hand():
    got = make_windows([7], [10, 11, 12, 13, 14], (2, 3), 7, 2, (1, 2, 0))
    assert got["ids"].tolist() == [[1, 7, 2, 10, 11, 12, 2], [1, 7, 2, 12, 13, 14, 2]]
    assert got["context_index"].tolist() == [[-1, -1, -1, 0, 1, 2, -1], [-1, -1, -1, 2, 3, 4, -1]]
    assert got["start"].tolist() == [0, 3]
    assert got["end"].tolist() == [0, 4]
    # Each window has only one end of the answer.
    got = make_windows([7], [10, 11, 12, 13, 14], (1, 3), 7, 2, (1, 2, 0))
    assert got["start"].tolist() == got["end"].tolist() == [0, 0]


@pytest.mark.parametrize(("n_question", "stride"), [(5, 1), (6, 1), (2, 4), (9, 2)])
def test_too_little_room(n_question, stride):
    with pytest.raises(ValueError):
        make_windows([5] * n_question, [1, 2, 3], None, 8, stride, SPECIAL)


def best_by_hand(starts, ends, index, max_tokens):
    n_windows, length = index.shape
    candidates = []
    for n, i, j in itertools.product(range(n_windows), range(length), range(length)):
        if 0 <= j - i < max_tokens and index[n, i] >= 0 and index[n, j] >= 0:
            candidates.append((-(starts[n, i] + ends[n, j]), n, i, j))
    score, n, i, j = min(candidates)
    nothing = min(starts[n, 0] + ends[n, 0] for n in range(n_windows))
    return None if nothing >= -score else (int(index[n, i]), int(index[n, j]))


@pytest.mark.parametrize(("n_context", "max_tokens"), [(1, 1), (12, 3), (20, 1), (17, 50)])
def test_best_answer_matches_plain_loops(n_context, max_tokens):
    index = make_windows([3, 4], list(range(n_context)), None, 11, 4, SPECIAL)["context_index"]
    rng = np.random.default_rng(n_context)
    for low in (-9, -3, 2):
        # Whole numbers, so that many scores are equal.
        starts, ends = rng.integers(-4, 5, (2, *index.shape)).astype(np.float64)
        starts[:, 0] = rng.integers(low, low + 3, len(index))
        got = best_answer(starts, ends, index, max_tokens)
        assert (None if got is None else tuple(got)) == best_by_hand(starts, ends, index, max_tokens)


def test_best_answer_by_hand():
    index = np.array([[-1, -1, 0, 1, 2, -1], [-1, -1, 2, 3, -1, -1]])
    starts = np.array([[1.0, 9, 2, 0, 0, 9], [3, 9, 0, 1, 9, 9]])
    ends = np.array([[1.0, 9, 0, 0, 3, 9], [0, 9, 4, 0, 9, 9]])
    # From 0 to 2 in the first window: 2 + 3. Without three tokens, 2 in the second window: 0 + 4.
    assert tuple(best_answer(starts, ends, index, 3)) == (0, 2)
    assert tuple(best_answer(starts, ends, index, 2)) == (2, 2)
    starts[:, 0] = [4, 9]
    assert best_answer(starts, ends, index, 3) is None  # 4 + 1 is no less
    starts[0, 0] = 3.9
    assert tuple(best_answer(starts, ends, index, 3)) == (0, 2)
