import numpy as np
import pandas as pd


class TableEncoder:
    def __init__(self, numeric: list[str], categorical: list[str], min_count: int = 2) -> None:
        self._numeric = numeric
        self._categorical = categorical
        self._min_count = min_count

    def fit(self, frame: pd.DataFrame) -> None:
        numbers = frame[self._numeric].astype(np.float64)
        self._median = numbers.median().fillna(0)
        filled = numbers.fillna(self._median)
        self._mean = filled.mean()
        self._std = filled.std(ddof=0).replace(0, 1)
        self._ids = [self._ids_of(frame[name].value_counts()) for name in self._categorical]

    def _ids_of(self, counts: pd.Series) -> dict[str, int]:
        common = [name for name, count in counts.items() if count >= self._min_count]
        ordered = sorted(common, key=lambda name: (-counts[name], name))
        return {name: number for number, name in enumerate(ordered, start=1)}

    def sizes(self) -> list[int]:
        return [len(ids) + 1 for ids in self._ids]

    def transform(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        numbers = frame[self._numeric].astype(np.float64)
        scaled = (numbers.fillna(self._median) - self._mean) / self._std
        columns = zip(self._categorical, self._ids)
        codes = [[ids.get(value, 0) for value in frame[name]] for name, ids in columns]
        return {
            "numeric": scaled.to_numpy(np.float32),
            "missing": numbers.isna().to_numpy(np.float32),
            "categorical": np.array(codes, dtype=np.int64).T,
        }
