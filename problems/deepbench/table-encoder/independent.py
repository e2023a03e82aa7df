import numpy as np
import pandas as pd


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan, copy=True)


class TableEncoder:
    def __init__(self, numeric: list[str], categorical: list[str], min_count: int = 2) -> None:
        self.numeric = list(numeric)
        self.categorical = list(categorical)
        self.min_count = min_count

    def fit(self, frame: pd.DataFrame) -> None:
        median, mean, std = [], [], []
        for name in self.numeric:
            values = _numbers(frame[name])
            missing = np.isnan(values)
            middle = 0.0 if missing.all() else float(np.median(values[~missing]))
            values[missing] = middle
            if values.min() == values.max():  # not left to rounding
                mean.append(float(values[0]))
                std.append(1.0)
            else:
                mean.append(float(values.mean()))
                std.append(float(values.std()) or 1.0)
            median.append(middle)
        self._median, self._mean, self._std = np.array(median), np.array(mean), np.array(std)

        self._ids: list[dict[str, int]] = []
        for name in self.categorical:
            counts: dict[str, int] = {}
            for value in frame[name][frame[name].notna().to_numpy()].tolist():
                counts[value] = counts.get(value, 0) + 1
            often = [value for value, count in counts.items() if count >= self.min_count]
            often.sort(key=lambda value: (-counts[value], value))
            self._ids.append({value: i for i, value in enumerate(often, start=1)})

    def sizes(self) -> list[int]:
        return [len(ids) + 1 for ids in self._ids]

    def transform(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        values = np.stack([_numbers(frame[name]) for name in self.numeric], axis=1)
        missing = np.isnan(values)
        values = np.where(missing, self._median, values)
        columns = []
        for name, ids in zip(self.categorical, self._ids):
            there = frame[name].notna().tolist()
            cells = frame[name].tolist()
            columns.append([ids.get(cell, 0) if ok else 0 for cell, ok in zip(cells, there)])
        return {
            "numeric": ((values - self._mean) / self._std).astype(np.float32),
            "missing": missing.astype(np.float32),
            "categorical": np.array(columns, dtype=np.int64).reshape(len(columns), len(frame)).T.copy(),
        }
