from collections.abc import Sequence


def _plain(values):
    return values.tolist() if hasattr(values, "tolist") else list(values)


def leave_last_out(
    users: Sequence[int],
    items: Sequence[int],
    timestamps: Sequence[float],
    min_items: int = 3,
) -> dict[str, list[int]]:
    if not len(users) == len(items) == len(timestamps):
        raise ValueError("users, items and timestamps differ in length")
    if min_items < 2:
        raise ValueError("min_items must be at least 2")
    users, items, timestamps = _plain(users), _plain(items), _plain(timestamps)

    seen = set()
    history: dict = {}
    for row in sorted(range(len(users)), key=lambda i: (timestamps[i], i)):
        pair = (users[row], items[row])
        if pair not in seen:
            seen.add(pair)
            history.setdefault(users[row], []).append(row)

    train, val, test = [], [], []
    for rows in history.values():
        if len(rows) >= min_items:
            train.extend(rows[:-2])
            val.append(rows[-2])
            test.append(rows[-1])
        else:
            train.extend(rows)

    known = {items[row] for row in train}
    return {
        "train": sorted(train),
        "val": sorted(row for row in val if items[row] in known),
        "test": sorted(row for row in test if items[row] in known),
    }
