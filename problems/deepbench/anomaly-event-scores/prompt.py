def events(flags: list[int]) -> list[tuple[int, int]]:
    """The runs of ones in a series of 0 and 1, as (start, end) with ``end`` exclusive, in order."""


def event_scores(true: list[int], alarms: list[int], delay: int = 0) -> dict[str, float]:
    """How an anomaly detector does, counted in events instead of time steps.

    Both series are split into :func:`events`. An alarm event [a, b) and a true event [s, e) meet if they share a step
    when the true event is taken to last ``delay`` steps longer, as [s, e + delay).

    - "recall": share of the true events that meet an alarm event.
    - "precision": share of the alarm events that meet a true event.
    - "f1": 2 * precision * recall / (precision + recall), or 0 if both are 0.
    - "lag": the mean, over the true events that meet an alarm event, of the steps from s to the first step that is
      flagged in [s, e + delay); an alarm that began before s gives 0 if it still lasts at s.

    Args:
        true: 1 for steps that are anomalous. Not changed.
        alarms: 1 for steps that were flagged, as many. Not changed.
        delay: at least 0.

    Returns:
        The four entries as floats. A share or mean over nothing is NaN; "f1" is NaN if precision or recall is.
    """
