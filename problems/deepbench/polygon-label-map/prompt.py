import numpy as np


def polygon_mask(polygons: list[np.ndarray], height: int, width: int) -> np.ndarray:
    """The pixels inside an object that is given by polygons, by the even-odd rule.

    The centre of the pixel in row r and column c is at x = c + 0.5, y = r + 0.5. It is inside if an odd number of edges,
    of all polygons together (so that a polygon in another one is a hole), lie to its left at its height: an edge
    from (x1, y1) to (x2, y2) counts if min(y1, y2) <= y < max(y1, y2) and the edge's x at height y is at most the
    centre's. So objects on opposite sides of an edge share no pixel.

    Args:
        polygons: float64 arrays (K, 2) of (x, y), K >= 3, closed from the last point to the first; they may reach
            beyond the image. There may be none. They are not changed.

    Returns:
        bool array (height, width).
    """


def label_map(
    objects: list[tuple[int, list[np.ndarray]]], height: int, width: int, background: int = 255
) -> np.ndarray:
    """Draw objects (label, polygons), labels 0 … 255, later ones over earlier ones: uint8 (height, width)."""
