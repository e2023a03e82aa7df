import re
from datetime import datetime, timedelta

import numpy as np

_EVENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([^ ]+)")


def count_events(lines: list[str], levels: list[str], minutes: int) -> tuple[str, np.ndarray]:
    column = {level: i for i, level in enumerate(levels)}
    intervals: list[int] = []
    columns: list[int] = []
    for line in lines:
        match = _EVENT.match(line.rstrip("\r\n"))
        if match is None or match.group(7) not in column:
            continue
        try:
            time = datetime(*(int(part) for part in match.groups()[:6]))
        except ValueError:  # no such date or time
            continue
        # whole days are a multiple of the interval, so this counts from each midnight
        minute = time.toordinal() * 1440 + time.hour * 60 + time.minute
        intervals.append(minute // minutes)
        columns.append(column[match.group(7)])
    if not intervals:
        return "", np.zeros((0, len(levels)), dtype=np.int64)
    first = min(intervals)
    counts = np.zeros((max(intervals) - first + 1, len(levels)), dtype=np.int64)
    np.add.at(counts, (np.array(intervals) - first, np.array(columns)), 1)
    day, minute = divmod(first * minutes, 1440)
    begin = datetime.fromordinal(day) + timedelta(minutes=minute)
    return begin.isoformat(sep=" ", timespec="minutes"), counts
