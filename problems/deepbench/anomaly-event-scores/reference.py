def events(flags: list[int]) -> list[tuple[int, int]]:
    padded = [0, *flags, 0]
    starts = [i for i in range(len(flags)) if padded[i + 1] > padded[i]]
    ends = [i for i in range(1, len(padded) - 1) if padded[i + 1] < padded[i]]
    return list(zip(starts, ends))


def event_scores(true: list[int], alarms: list[int], delay: int = 0) -> dict[str, float]:
    truths = [(start, end + delay) for start, end in events(true)]
    lags = [alarms[start:end].index(1) for start, end in truths if any(alarms[start:end])]
    raised = events(alarms)
    right = [any(a < end and start < b for start, end in truths) for a, b in raised]
    recall, precision = _share(len(lags), len(truths)), _share(sum(right), len(right))
    f1 = 0.0 if precision == recall == 0 else 2 * precision * recall / (precision + recall)
    return {"recall": recall, "precision": precision, "f1": f1, "lag": _share(sum(lags), len(lags))}


def _share(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
