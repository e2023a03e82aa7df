import pandas as pd


def join_features(events: pd.DataFrame, features: pd.DataFrame, columns: list[str], max_age: int) -> pd.DataFrame:
    ordered = features.sort_values(["observed", "available"], ignore_index=True)
    latest = []
    for entity, time in zip(events["entity"], events["time"]):
        known = (ordered["entity"] == entity) & (ordered["available"] <= time)
        latest.append(ordered.index[known & (ordered["observed"] >= time - max_age)].max())
    # An event without any row has NaN here, and gets a row of NaN.
    used = ordered[[*columns, "observed"]].astype(float).reindex(latest).set_axis(events.index)
    result = events.join(used[columns])
    result["age"] = events["time"] - used["observed"]
    return result
