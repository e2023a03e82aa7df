import numpy as np


def find_sessions(users: np.ndarray, items: np.ndarray, times: np.ndarray, gap: int) -> list[list[tuple[int, int]]]:
    users, items, times = np.asarray(users), np.asarray(items), np.asarray(times)
    order = np.lexsort((times, users))  # stable
    sessions: list[list[tuple[int, int]]] = []
    last_user = last_time = last_item = None
    for user, item, time in zip(users[order].tolist(), items[order].tolist(), times[order].tolist()):
        if last_time is None or user != last_user or time - last_time > gap:
            sessions.append([(time, item)])
        elif item != last_item:
            sessions[-1].append((time, item))
        last_user, last_time, last_item = user, time, item
    return sessions


def split_sessions(sessions: list[list[tuple[int, int]]], cutoff: int) -> tuple[list[list[int]], list[list[int]]]:
    train = [[item for _, item in session] for session in sessions if all(time < cutoff for time, _ in session)]
    known = {item for session in train for item in session}
    test = [
        [item for _, item in session if item in known]
        for session in sessions
        if all(time >= cutoff for time, _ in session)
    ]
    return [s for s in train if len(s) >= 2], [s for s in test if len(s) >= 2]


def next_item_examples(sessions: list[list[int]], length: int) -> tuple[np.ndarray, np.ndarray]:
    n = sum(len(session) - 1 for session in sessions)
    histories = np.zeros((n, length), dtype=np.int64)
    targets = np.zeros(n, dtype=np.int64)
    row = 0
    for session in sessions:
        for i in range(1, len(session)):
            history = session[max(0, i - length) : i]
            histories[row, length - len(history) :] = history
            targets[row] = session[i]
            row += 1
    return histories, targets
