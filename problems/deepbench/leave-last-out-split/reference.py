from collections.abc import Sequence


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
    histories: dict[int, list[int]] = {}
    used = set()
    for row in sorted(range(len(users)), key=lambda row: timestamps[row]):
        if (users[row], items[row]) not in used:
            used.add((users[row], items[row]))
            histories.setdefault(users[row], []).append(row)

    split: dict[str, list[int]] = {"train": [], "val": [], "test": []}
    for rows in histories.values():
        if len(rows) >= min_items:
            split["test"].append(rows[-1])
            split["val"].append(rows[-2])
            rows = rows[:-2]
        split["train"] += rows
    known = {items[row] for row in split["train"]}
    for name in ("val", "test"):
        split[name] = [row for row in split[name] if items[row] in known]
    return {name: sorted(rows) for name, rows in split.items()}
