import random
from datetime import datetime, timedelta

import numpy as np
import pytest
from solution import count_events


@pytest.mark.parametrize(
    ("seed", "n", "minutes", "hours"), [(1, 1, 1, 1), (2, 60, 15, 5), (3, 80, 120, 70), (4, 50, 1440, 200)]
)
def test_matches_plain_counting(seed, n, minutes, hours):
    rng = random.Random(seed)
    begin = datetime(2024, 2, 27, 20, 13, 5)
    levels = ["WARN", "ERROR", "INFO"]
    lines, events = [], []
    for _ in range(n):
        time = begin + timedelta(seconds=rng.randrange(hours * 3600))
        level = rng.choice([*levels, "DEBUG"])
        lines.append(
            time.strftime("%Y-%m-%d %H:%M:%S ")
            + level
            + rng.choice(["", " ", " INFO to ERROR 2026-01-01 00:00:00 WARN"])
        )
        events.append((time, level))
        lines.append(rng.choice(["  File 'x.py', line 3", "", "ERROR", "Traceback 2024-01-01 00:00:00 ERROR"]))
    before = list(lines)
    first, counts = count_events(lines, levels, minutes)
    assert lines == before
    own = [event for event in events if event[1] in levels]
    slots = [(time.date(), (time.hour * 60 + time.minute) // minutes) for time, _ in own]
    day, slot = min(slots)
    at = datetime(day.year, day.month, day.day) + timedelta(minutes=slot * minutes)
    assert first == at.strftime("%Y-%m-%d %H:%M")
    want = []
    while at <= max(time for time, _ in own):
        end = at + timedelta(minutes=minutes)
        want.append([sum(at <= time < end and name == level for time, name in own) for level in levels])
        at = end
    assert counts.dtype == np.int64
    assert counts.tolist() == want


def test_by_hand():
    lines = ["2026-03-01 00:01:00 ERROR x", "2026-02-28 23:44:59 INFO y", "2026-02-28 23:45:00 ERROR", "oops"]
    first, counts = count_events(lines, ["ERROR", "INFO"], 15)
    assert first == "2026-02-28 23:30"
    assert counts.tolist() == [[0, 1], [1, 0], [1, 0]]


def test_what_is_no_event():
    lines = [
        " 2026-03-01 00:00:00 ERROR indented",
        "2026-03-01T00:00:00 ERROR",
        "2026-03-01 00:00:00  ERROR two spaces",
        "2026-03-01 00:00:00 ERRORS",
        "2026-03-01 00:00:00 error",
        "2026-03-01 00:00 ERROR",
        "2026-03-01 00:00:00",
        "26-03-01 00:00:00 ERROR",
        "2026-03-01 00:00:00 ERROR: colon",
    ]
    first, counts = count_events(lines, ["ERROR"], 60)
    assert first == ""
    assert counts.shape == (0, 1)
    assert counts.dtype == np.int64
    assert count_events([*lines, "2026-03-01 05:00:00 ERROR"], ["ERROR"], 60)[1].tolist() == [[1]]


def test_no_lines():
    first, counts = count_events([], ["A", "B"], 5)
    assert (first, counts.shape) == ("", (0, 2))
