import numpy as np


def carry_forward(
    times: np.ndarray, values: np.ndarray, start: int, step: int, size: int, max_age: int
) -> dict[str, np.ndarray]:
    n_sensors = values.shape[1]
    grid = start + np.arange(size, dtype=np.int64) * step
    out = np.zeros((size, n_sensors), dtype=np.float32)
    known = np.zeros((size, n_sensors), dtype=bool)
    age = np.full((size, n_sensors), max_age, dtype=np.float32)

    order = np.argsort(times, kind="stable")  # of equal times, the last row stays last
    times = times[order]
    values = values[order]
    for f in range(n_sensors):
        there = ~np.isnan(values[:, f])
        t, v = times[there], values[there, f]
        position = np.searchsorted(t, grid, side="right") - 1
        rows = np.flatnonzero(position >= 0)
        position = position[rows]
        old = grid[rows] - t[position]
        fresh = old <= max_age
        rows, position, old = rows[fresh], position[fresh], old[fresh]
        out[rows, f] = v[position]
        known[rows, f] = True
        age[rows, f] = old
    return {"values": out, "known": known, "age": age}
