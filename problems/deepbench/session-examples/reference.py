import numpy as np


def find_sessions(users: np.ndarray, items: np.ndarray, times: np.ndarray, gap: int) -> list[list[tuple[int, int]]]:
    sessions: list[list[tuple[int, int]]] = []
    before: tuple[int, int] | None = None
    for row in np.lexsort((times, users)):
        user, item, time = int(users[row]), int(items[row]), int(times[row])
        if before is None or before[0] != user or time - before[1] > gap:
            sessions.append([(time, item)])
        elif sessions[-1][-1][1] != item:
            sessions[-1].append((time, item))
        before = user, time
    return sessions


def split_sessions(sessions: list[list[tuple[int, int]]], cutoff: int) -> tuple[list[list[int]], list[list[int]]]:
    train = [[item for _, item in session] for session in sessions if session[-1][0] < cutoff]
    known = {item for session in train for item in session}
    test = [[item for _, item in session if item in known] for session in sessions if session[0][0] >= cutoff]
    return [items for items in train if len(items) > 1], [items for items in test if len(items) > 1]


def next_item_examples(sessions: list[list[int]], length: int) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(items[max(0, i - length) : i], items[i]) for items in sessions for i in range(1, len(items))]
    histories = np.zeros((len(pairs), length), dtype=np.int64)
    for row, (history, _) in enumerate(pairs):
        histories[row, length - len(history) :] = history
    return histories, np.array([target for _, target in pairs], dtype=np.int64)
