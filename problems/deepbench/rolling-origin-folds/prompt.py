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
    """Folds for backtesting a forecaster on a table with one row per series and time, rows in no particular order.

    The cutoffs are first_cutoff, first_cutoff + step, …, as long as the test period is complete: cutoff + horizon - 1
    is at most the latest time in the table. For a cutoff c:

    - Test rows have a time in [c, c + horizon).
    - Training rows have a time before c - gap (what is newer is not known yet when the forecast is made) and, if
      ``window`` is given, not before c - gap - window.
    - Test rows of a series that has no training row in this fold are left out.

    A fold without any training row or without any test row is left out; the folds after it are not affected.

    Args:
        series: id of each row's series; a list or an array. Not changed.
        times: time of each row, whole numbers, as many. Rows may be missing from the table, times may repeat.
            Not changed.
        first_cutoff: first cutoff.
        horizon: length of the test period, at least 1.
        step: distance of cutoffs, at least 1.
        gap: length of the period before the cutoff that is not known, at least 0.
        window: length of the training period, at least 1, or None for all of the past.

    Returns:
        (cutoff, training rows, test rows) for each fold, in order of cutoffs; row indices are lists of int, ascending.
        Empty for an empty table.

    Raises:
        ValueError: if ``series`` and ``times`` differ in length, ``horizon``, ``step`` or ``window`` is less than 1, or
            ``gap`` is negative.
    """
