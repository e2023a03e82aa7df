import re
from datetime import datetime

import numpy as np


def count_events(lines: list[str], levels: list[str], minutes: int) -> tuple[str, np.ndarray]:
    """Count a log's events over time, as input for an anomaly detector.

    An event is a line that begins with a timestamp and a level, such as "2026-03-01 09:05:59 ERROR disk full": date and
    time with a space in between, a space, then the level, which ends at the next space or at the end of the line. Lines
    of any other form (a traceback's, for example) are ignored, and so are events of levels that are not in ``levels``.
    Lines are not always in chronological order.

    Time is cut into intervals of ``minutes`` minutes, counted from midnight: with 15, 09:05:59 is in the interval that
    begins at 09:00. The series runs from the interval of the earliest counted event to that of the latest, and has a
    row for every interval between them, also where nothing happened.

    Args:
        lines: the log. Not changed.
        levels: different names.
        minutes: a divisor of 1440 (the minutes of a day).

    Returns:
        The start of the first interval as "YYYY-MM-DD HH:MM", and the counts, int64 (T, number of levels). With no
        counted event: "" and an array (0, number of levels).
    """
