import re
from datetime import datetime, timedelta

import numpy as np

_EVENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) (\S+)(?: |$)")


def count_events(lines: list[str], levels: list[str], minutes: int) -> tuple[str, np.ndarray]:
    interval = timedelta(minutes=minutes)
    events = []
    for line in lines:
        match = _EVENT.match(line)
        if match and match[2] in levels:
            events.append(((datetime.fromisoformat(match[1]) - datetime.min) // interval, levels.index(match[2])))
    if not events:
        return "", np.zeros((0, len(levels)), dtype=np.int64)
    times, columns = np.array(events).T
    counts = np.zeros((times.max() - times.min() + 1, len(levels)), dtype=np.int64)
    np.add.at(counts, (times - times.min(), columns), 1)
    return f"{datetime.min + int(times.min()) * interval:%Y-%m-%d %H:%M}", counts
