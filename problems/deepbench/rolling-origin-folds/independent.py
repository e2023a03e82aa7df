from collections.abc import Sequence


def rolling_origin(
    series: Sequence[int],
    times: Sequence[int],
    first_cutoff: int,
    horizon: int,
    step: int,
    gap: int = 0,
    window: int | None = None,
) -> list[tuple[int, list[int], list[int]]]:
    if len(series) != len(times):
        raise ValueError(f"{len(series)} series but {len(times)} times")
    if horizon < 1 or step < 1 or (window is not None and window < 1):
        raise ValueError("horizon, step and window must be at least 1")
    if gap < 0:
        raise ValueError(f"gap must not be negative, but is {gap}")
    ids = list(series)
    moments = [int(time) for time in times]
    if not moments:
        return []

    latest = max(moments)
    folds = []
    cutoff = int(first_cutoff)
    while cutoff + horizon - 1 <= latest:
        end = cutoff - gap
        train = [row for row, time in enumerate(moments) if time < end and (window is None or time >= end - window)]
        known = {ids[row] for row in train}
        test = [row for row, time in enumerate(moments) if cutoff <= time < cutoff + horizon and ids[row] in known]
        if train and test:
            folds.append((cutoff, train, test))
        cutoff += int(step)
    return folds
