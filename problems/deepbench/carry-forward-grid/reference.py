import numpy as np


def carry_forward(
    times: np.ndarray, values: np.ndarray, start: int, step: int, size: int, max_age: int
) -> dict[str, np.ndarray]:
    grid = start + np.arange(size) * step
    n_sensors = values.shape[1]
    result = {
        "values": np.zeros((size, n_sensors), dtype=np.float32),
        "known": np.zeros((size, n_sensors), dtype=bool),
        "age": np.full((size, n_sensors), max_age, dtype=np.float32),
    }
    order = np.argsort(times, kind="stable")
    for sensor in range(n_sensors):
        rows = order[~np.isnan(values[order, sensor])]
        latest = np.searchsorted(times[rows], grid, side="right") - 1
        at = np.flatnonzero(latest >= 0)
        source = rows[latest[at]]
        age = grid[at] - times[source]
        fresh = age <= max_age
        at, source = at[fresh], source[fresh]
        result["values"][at, sensor] = values[source, sensor]
        result["known"][at, sensor] = True
        result["age"][at, sensor] = age[fresh]
    return result
