import numpy as np


def find_sessions(users: np.ndarray, items: np.ndarray, times: np.ndarray, gap: int) -> list[list[tuple[int, int]]]:
    """Cut each user's clicks into sessions.

    A user's clicks are put in order of time, those at the same time in the order of the arrays. A session ends where
    the next click comes more than ``gap`` later. Of directly repeated clicks on the same item in a session, only the
    first is kept (the others still count for the gaps).

    Args:
        users, items, times: int arrays (n,), n >= 0; items >= 1. They are not changed.

    Returns:
        Sessions as lists of (time, item), plain ``int``, ordered by user and then by time.
    """


def split_sessions(
    sessions: list[list[tuple[int, int]]], cutoff: int
) -> tuple[list[list[int]], list[list[int]]]:
    """Split by time into the items of (training sessions, test sessions), each in the given order.

    Training sessions end before ``cutoff``: all their times are smaller. Test sessions begin at ``cutoff`` or later. A
    session across the cutoff is in neither. Of the test sessions, clicks on items that are in no training session are
    removed. Sessions with fewer than two clicks left are dropped; a training session that is dropped for this still
    makes its item known. ``sessions`` is not changed.
    """


def next_item_examples(sessions: list[list[int]], length: int) -> tuple[np.ndarray, np.ndarray]:
    """One example for each click but a session's first: up to ``length`` clicks before it, and the click itself.

    Returns:
        Histories, int64 (N, length), each padded with zeros on the left, and targets, int64 (N,); session by session,
        in order. The sessions have at least two clicks; there may be none (N = 0).
    """
