import numpy as np


def find_segments(
    probabilities: np.ndarray, on: float = 0.6, off: float = 0.4, min_gap: int = 3, min_length: int = 5
) -> list[tuple[int, int]]:
    """Turn a voice detector's probabilities, one per frame, into segments of speech.

    1. Reading from the first frame, a segment begins at a frame whose probability is at least ``on``, and ends before
       the next frame whose probability is below ``off``, or at the end; then the next one is looked for.
    2. Segments with fewer than ``min_gap`` frames between them are joined to one.
    3. After that, segments of fewer than ``min_length`` frames are dropped.

    Args:
        probabilities: float array (T,), T may be 0.
        on, off: off <= on.

    Returns:
        (begin, end) of each segment as plain ``int``, in order; ``end`` is the first frame after it.
    """


def to_frames(segments: list[tuple[int, int]], n_frames: int) -> np.ndarray:
    """The bool array (n_frames,) that is true in the segments, which may overlap and may reach beyond either end."""
