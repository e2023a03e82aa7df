import numpy as np


class BalancedSampler:
    def __init__(self, labels: np.ndarray, seed: int = 0) -> None:
        labels = np.asarray(labels)
        self._seed = int(seed)
        self._rows = [np.flatnonzero(labels == value) for value in np.unique(labels)]
        self._largest = max(len(rows) for rows in self._rows)

    def __len__(self) -> int:
        return self._largest * len(self._rows)

    def epoch(self, number: int) -> list[int]:
        rng = np.random.default_rng(np.random.SeedSequence(entropy=self._seed, spawn_key=(int(number),)))
        parts = []
        for rows in self._rows:
            times, more = divmod(self._largest, len(rows))
            parts.append(np.tile(rows, times))
            parts.append(rng.permutation(rows)[:more])
        indices = np.concatenate(parts)
        rng.shuffle(indices)
        return indices.tolist()
