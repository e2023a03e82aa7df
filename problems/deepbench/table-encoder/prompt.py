import numpy as np
import pandas as pd


class TableEncoder:
    """Prepares data frames for a network with numeric inputs and embeddings.

    All statistics come from the frame given to :meth:`fit`. Columns are used in the order of the constructor's lists;
    other columns of a frame are ignored. Frames are not changed.

    Args:
        numeric: names of numeric columns, which may hold NaN; at least one.
        categorical: names of columns of strings, which may hold None or NaN; at least one.
        min_count: a category needs at least this many rows in the fitted frame to have an id of its own.
    """

    def __init__(self, numeric: list[str], categorical: list[str], min_count: int = 2) -> None: ...

    def fit(self, frame: pd.DataFrame) -> None:
        """Learn from a frame with at least one row:

        - for each numeric column the median of the known values (0 if there are none), and the mean and population
          standard deviation after missing values were replaced by that median (a standard deviation of 0 becomes 1);
        - for each categorical column the ids 1, 2, 3, … of its categories with at least ``min_count`` rows, the most
          frequent first, equally frequent ones in alphabetical order.
        """

    def sizes(self) -> list[int]:
        """For each categorical column the number of ids, counting id 0."""

    def transform(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """The inputs for the n rows of a frame, n >= 1:

        - "numeric", float32 (n, F): (value - mean) / std, missing values replaced by the median beforehand;
        - "missing", float32 (n, F): 1 where the value was missing, else 0;
        - "categorical", int64 (n, C): the ids; 0 for rare, unknown and missing categories.
        """
