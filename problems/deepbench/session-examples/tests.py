import copy
import random

import numpy as np
import pytest
from solution import find_sessions, next_item_examples, split_sessions


def sessions_by_hand(clicks, gap):
    """clicks: (user, item, time) in the order of the arrays."""
    result = []
    for user in sorted({u for u, _, _ in clicks}):
        own = sorted((t, n, i) for n, (u, i, t) in enumerate(clicks) if u == user)
        borders = [n for n in range(len(own)) if n == 0 or own[n][0] - own[n - 1][0] > gap]
        for begin, end in zip(borders, [*borders[1:], len(own)], strict=True):
            part = own[begin:end]
            result.append([(t, i) for n, (t, _, i) in enumerate(part) if n == 0 or part[n - 1][2] != i])
    return result


def arrays(clicks):
    table = np.array(clicks, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()


@pytest.mark.parametrize(("seed", "n", "n_items", "gap"), [(1, 60, 4, 10), (2, 40, 2, 0), (3, 80, 20, 40)])
def test_sessions_match_plain_lists(seed, n, n_items, gap):
    rng = random.Random(seed)
    clicks = [(rng.randrange(5, 9), rng.randint(1, n_items), rng.randrange(300)) for _ in range(n)]
    users, items, times = arrays(clicks)
    got = find_sessions(users, items, times, gap)
    for argument, copied in zip((users, items, times), arrays(clicks), strict=True):
        np.testing.assert_array_equal(argument, copied)
    assert [[tuple(click) for click in session] for session in got] == sessions_by_hand(clicks, gap)
    assert all(type(number) is int for session in got for click in session for number in click)


def test_sessions_by_hand():
    clicks = [(2, 5, 100), (1, 7, 50), (1, 8, 30), (2, 6, 111), (1, 7, 40), (1, 8, 61), (2, 5, 100), (2, 9, 100)]
    got = find_sessions(*arrays(clicks), 10)
    assert [[tuple(click) for click in session] for session in got] == [
        [(30, 8), (40, 7)],
        [(61, 8)],
        [(100, 5), (100, 9)],
        [(111, 6)],
    ]
    assert find_sessions(*arrays([]), 10) == []


def test_repeated_clicks_keep_a_session_alive():
    got = find_sessions(*arrays([(1, 4, 0), (1, 4, 8), (1, 5, 16), (1, 4, 17)]), 10)
    assert [[tuple(click) for click in session] for session in got] == [[(0, 4), (16, 5), (17, 4)]]


def test_split_by_hand():
    sessions = [
        [(1, 10), (5, 11)],
        [(8, 12), (10, 10)],
        [(9, 13)],
        [(10, 11), (12, 99), (13, 13), (14, 11)],
        [(20, 12), (21, 10)],
        [(20, 10), (21, 11)],
    ]
    before = copy.deepcopy(sessions)
    train, test = split_sessions(sessions, 10)
    assert sessions == before
    assert train == [[10, 11]]
    assert test == [[11, 13, 11], [10, 11]]
    assert split_sessions(sessions, 0) == ([], [])
    assert split_sessions([], 5) == ([], [])


@pytest.mark.parametrize(("seed", "cutoff"), [(4, 30), (5, 60)])
def test_nothing_of_the_test_is_unknown_or_early(seed, cutoff):
    rng = random.Random(seed)
    sessions = []
    for _ in range(25):
        times = sorted(rng.sample(range(100), rng.randint(1, 4)))
        sessions.append([(time, rng.randint(1, 30)) for time in times])
    train, test = split_sessions(sessions, cutoff)
    early = [[i for _, i in s] for s in sessions if max(t for t, _ in s) < cutoff]
    late = [[i for _, i in s if any(i in e for e in early)] for s in sessions if min(t for t, _ in s) >= cutoff]
    assert train == [s for s in early if len(s) >= 2]
    assert test == [s for s in late if len(s) >= 2]


@pytest.mark.parametrize("length", [1, 3, 10])
def test_examples_match_plain_lists(length):
    rng = random.Random(length)
    sessions = [[rng.randint(1, 50) for _ in range(rng.randint(2, 7))] for _ in range(6)]
    histories, targets = next_item_examples(copy.deepcopy(sessions), length)
    assert histories.dtype == targets.dtype == np.int64
    want = []
    for session in sessions:
        for end in range(1, len(session)):
            row = [0] * length + session[:end]
            want.append((row[-length:], session[end]))
    assert histories.tolist() == [row for row, _ in want]
    assert targets.tolist() == [target for _, target in want]


def test_no_examples():
    histories, targets = next_item_examples([], 4)
    assert (histories.shape, targets.shape) == ((0, 4), (0,))
    assert histories.dtype == targets.dtype == np.int64
