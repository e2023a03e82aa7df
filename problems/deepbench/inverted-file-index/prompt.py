import numpy as np


class ItemIndex:
    """Approximate nearest-neighbour search over item vectors, which are kept in one list per centroid.

    All distances are squared Euclidean distances. A vector belongs to the list of its nearest centroid; of equally
    near centroids to the one with the lowest index.

    Args:
        centroids: float64 array (C, D), C >= 1.
    """

    def __init__(self, centroids: np.ndarray) -> None: ...

    def add(self, ids: list[int], vectors: np.ndarray) -> None:
        """Add items with their vectors, float64 (N, D). An item that is there already gets the new vector instead.

        Raises ValueError, and adds nothing, if an id occurs twice in ``ids``.
        """

    def remove(self, item: int) -> None:
        """Remove an item; KeyError if it is not there."""

    def sizes(self) -> list[int]:
        """The number of items in each centroid's list."""

    def search(self, query: np.ndarray, k: int, n_probe: int, exclude: set[int]) -> list[tuple[int, float]]:
        """The ``k`` items nearest to ``query`` (D,) in the lists of the ``n_probe`` centroids nearest to it.

        Of equally near centroids the one with the lowest index is searched first; ``n_probe`` may exceed C. Items in
        ``exclude`` are passed over and do not count.

        Returns:
            (id, distance) by ascending distance, of equal distances by ascending id; fewer than ``k`` if the lists
            that are searched hold fewer.
        """
