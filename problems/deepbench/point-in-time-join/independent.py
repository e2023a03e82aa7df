import numpy as np
import pandas as pd


def join_features(events: pd.DataFrame, features: pd.DataFrame, columns: list[str], max_age: int) -> pd.DataFrame:
    times = events["time"].to_numpy(dtype=np.int64)
    observed = features["observed"].to_numpy(dtype=np.int64)
    available = features["available"].to_numpy(dtype=np.int64)

    rows_of: dict[str, list[int]] = {}
    for row, entity in enumerate(features["entity"].tolist()):
        rows_of.setdefault(entity, []).append(row)
    events_of: dict[str, list[int]] = {}
    for event, entity in enumerate(events["entity"].tolist()):
        events_of.setdefault(entity, []).append(event)

    used = np.full(len(events), -1, dtype=np.int64)  # position of the feature row, -1 for none
    for entity, positions in events_of.items():
        if entity not in rows_of:
            continue
        rows = np.array(rows_of[entity], dtype=np.int64)
        rows = rows[np.lexsort((observed[rows], available[rows]))]
        # Going on in "available", the best row so far is the last one that is not older than all before it. If it is
        # too old for an event, so are all others.
        is_best = observed[rows] >= np.maximum.accumulate(observed[rows])
        rows = rows[is_best]
        event_positions = np.array(positions, dtype=np.int64)
        event_times = times[event_positions]
        place = np.searchsorted(available[rows], event_times, side="right") - 1
        chosen = rows[np.maximum(place, 0)]
        fits = (place >= 0) & (event_times - observed[chosen] <= max_age)
        used[event_positions[fits]] = chosen[fits]

    found = used >= 0
    result = events.copy()
    for column in columns:
        values = np.full(len(events), np.nan)
        values[found] = features[column].to_numpy(dtype=np.float64)[used[found]]
        result[column] = values
    age = np.full(len(events), np.nan)
    age[found] = times[found] - observed[used[found]]
    result["age"] = age
    return result
