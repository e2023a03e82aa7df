import numpy as np


class BalancedSampler:
    def __init__(self, labels: np.ndarray, seed: int = 0) -> None:
        self._members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        self._most = max(map(len, self._members))
        self._seed = seed

    def __len__(self) -> int:
        return len(self._members) * self._most

    def epoch(self, number: int) -> list[int]:
        # A list as seed: seed + epoch would repeat seed 1's epoch 0 as seed 0's epoch 1.
        rng = np.random.default_rng([self._seed, number])
        chosen = []
        for members in self._members:
            repeats, rest = divmod(self._most, len(members))
            chosen += [np.tile(members, repeats), rng.permutation(members)[:rest]]
        return rng.permutation(np.concatenate(chosen)).tolist()
