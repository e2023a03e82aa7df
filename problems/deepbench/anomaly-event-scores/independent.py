import math
from bisect import bisect_right


def events(flags: list[int]) -> list[tuple[int, int]]:
    runs = []
    start = None
    for i, flag in enumerate(flags):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            runs.append((start, i))
            start = None
    if start is not None:
        runs.append((start, len(flags)))
    return runs


def event_scores(true: list[int], alarms: list[int], delay: int = 0) -> dict[str, float]:
    true_events = events(true)
    alarm_events = events(alarms)
    extended_ends = [end + delay for _, end in true_events]
    alarm_ends = [end for _, end in alarm_events]

    lags = []
    for (start, _), extended in zip(true_events, extended_ends):
        i = bisect_right(alarm_ends, start)  # the first alarm that lasts beyond ``start``
        if i < len(alarm_events) and alarm_events[i][0] < extended:
            lags.append(max(alarm_events[i][0] - start, 0))

    right_alarms = 0
    for start, end in alarm_events:
        i = bisect_right(extended_ends, start)  # the first true event that lasts beyond ``start``
        if i < len(true_events) and true_events[i][0] < end:
            right_alarms += 1

    recall = len(lags) / len(true_events) if true_events else math.nan
    precision = right_alarms / len(alarm_events) if alarm_events else math.nan
    if math.isnan(recall) or math.isnan(precision):
        f1 = math.nan
    elif recall + precision == 0:
        f1 = 0.0
    else:
        f1 = 2 * precision * recall / (precision + recall)
    lag = sum(lags) / len(lags) if lags else math.nan
    return {"recall": recall, "precision": precision, "f1": f1, "lag": lag}
