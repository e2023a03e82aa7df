import numpy as np


def _squared(difference: np.ndarray) -> np.ndarray:
    return (difference**2).sum(axis=-1)


class ItemIndex:
    def __init__(self, centroids: np.ndarray) -> None:
        self._centroids = centroids
        self._lists: list[dict[int, np.ndarray]] = [{} for _ in centroids]

    def _near(self, vector: np.ndarray) -> np.ndarray:
        """Centroids by their distance from the vector."""
        return np.argsort(_squared(self._centroids - vector), kind="stable")

    def add(self, ids: list[int], vectors: np.ndarray) -> None:
        if len(set(ids)) < len(ids):
            raise ValueError("an id occurs twice")
        for row, item in enumerate(ids):
            for held in self._lists:
                held.pop(item, None)
            self._lists[self._near(vectors[row])[0]][item] = vectors[row]

    def remove(self, item: int) -> None:
        for held in self._lists:
            if item in held:
                del held[item]
                return
        raise KeyError(item)

    def sizes(self) -> list[int]:
        return [len(held) for held in self._lists]

    def search(self, query: np.ndarray, k: int, n_probe: int, exclude: set[int]) -> list[tuple[int, float]]:
        found = [
            (float(_squared(vector - query)), item)
            for i in self._near(query)[:n_probe]
            for item, vector in self._lists[i].items()
            if item not in exclude
        ]
        return [(item, distance) for distance, item in sorted(found)[:k]]
