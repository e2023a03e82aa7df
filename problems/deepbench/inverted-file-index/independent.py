import numpy as np


class ItemIndex:
    def __init__(self, centroids: np.ndarray) -> None:
        self._centroids = np.array(centroids, dtype=np.float64)
        self._lists: list[dict[int, np.ndarray]] = [{} for _ in range(len(self._centroids))]
        self._list_of: dict[int, int] = {}

    def _centroid_distances(self, vector: np.ndarray) -> np.ndarray:
        return ((self._centroids - vector) ** 2).sum(axis=1)

    def add(self, ids: list[int], vectors: np.ndarray) -> None:
        if len(set(ids)) != len(ids):
            raise ValueError("an id occurs twice")
        for item, vector in zip(ids, np.array(vectors, dtype=np.float64)):
            if item in self._list_of:
                self.remove(item)
            nearest = int(self._centroid_distances(vector).argmin())
            self._lists[nearest][item] = vector
            self._list_of[item] = nearest

    def remove(self, item: int) -> None:
        del self._lists[self._list_of.pop(item)][item]

    def sizes(self) -> list[int]:
        return [len(members) for members in self._lists]

    def search(self, query: np.ndarray, k: int, n_probe: int, exclude: set[int]) -> list[tuple[int, float]]:
        query = np.asarray(query, dtype=np.float64)
        probed = np.argsort(self._centroid_distances(query), kind="stable")[:n_probe]
        found: list[tuple[float, int]] = []
        for c in probed:
            members = [(item, vector) for item, vector in self._lists[c].items() if item not in exclude]
            if not members:
                continue
            distances = ((np.stack([vector for _, vector in members]) - query) ** 2).sum(axis=1)
            found.extend((float(d), item) for d, (item, _) in zip(distances, members))
        found.sort()
        return [(item, d) for d, item in found[:k]]
