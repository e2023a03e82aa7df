import numpy as np


def carry_forward(
    times: np.ndarray, values: np.ndarray, start: int, step: int, size: int, max_age: int
) -> dict[str, np.ndarray]:
    """Put irregular readings of several sensors onto a regular grid of times, without looking ahead.

    Grid time i is start + i * step. Each sensor's value there is its latest reading at that time or earlier, if it is at
    most ``max_age`` old. NaN is no reading: the sensor's reading before it still counts. Of readings of a sensor at the
    same time, the one in the last row counts.

    Args:
        times: int64 (n,), in any order, perhaps repeated; n may be 0.
        values: float64 (n, F), row by row the readings at those times, NaN where a sensor gave none.
        start, step, size, max_age: integers, step >= 1, size >= 0, max_age >= 0.

    Returns:
        - "values": float32 (size, F), 0 where there is no value.
        - "known": bool (size, F), true where there is one.
        - "age": float32 (size, F), how old the value's reading is; ``max_age`` where there is no value.

        The arguments are not changed.
    """
