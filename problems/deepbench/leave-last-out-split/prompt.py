from collections.abc import Sequence


def leave_last_out(
    users: Sequence[int],
    items: Sequence[int],
    timestamps: Sequence[float],
    min_items: int = 3,
) -> dict[str, list[int]]:
    """Split an interaction log for next-item recommendation: every user's last two items are held out.

    Row i says that ``users[i]`` interacted with ``items[i]`` at ``timestamps[i]``; rows are in no particular order. A
    row is earlier than another if its timestamp is smaller or, at equal timestamps, if its index is smaller.

    1. Of several rows with the same user and item, only the earliest is used. (Otherwise an item held out could also
       be in the user's training history.) The others are in no split.
    2. Of a user with at least ``min_items`` rows left, the latest row goes to "test", the one before it to "val", and
       the rest to "train". All rows of other users go to "train".
    3. Held-out rows whose item is in no row of "train" cannot be recommended: they are dropped from "val" and "test",
       and are in no split. Nothing moves up in their place.

    Args:
        users, items: ids; lists or arrays of equal length, possibly empty. They are not changed.
        timestamps: numbers, as many.
        min_items: at least 2.

    Returns:
        {"train": rows, "val": rows, "test": rows}: row indices as lists of int, each ascending.

    Raises:
        ValueError: if the lengths differ or ``min_items`` is less than 2.
    """
