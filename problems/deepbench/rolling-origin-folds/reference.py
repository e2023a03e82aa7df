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
        raise ValueError("series and times differ in length")
    if horizon < 1 or step < 1 or gap < 0 or (window is not None and window < 1):
        raise ValueError("horizon, step and window must be at least 1, and gap not negative")
    folds = []
    latest = max(times, default=first_cutoff - 1)
    for cutoff in range(first_cutoff, latest - horizon + 2, step):
        end = cutoff - gap
        train = [row for row, t in enumerate(times) if t < end and (window is None or t >= end - window)]
        known = {series[row] for row in train}
        test = [row for row, t in enumerate(times) if cutoff <= t < cutoff + horizon and series[row] in known]
        # Without training rows no series is known, so there are no test rows either.
        if test:
            folds.append((cutoff, train, test))
    return folds
