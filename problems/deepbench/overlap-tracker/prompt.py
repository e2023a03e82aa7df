import numpy as np


class OverlapTracker:
    """Gives detections of a video identities that last from frame to frame.

    Args:
        min_iou: least intersection over union of a detection with a track's last box, greater than 0.
        max_missed: a track ends when it has found no detection in more than so many frames in a row.
    """

    def __init__(self, min_iou: float, max_missed: int) -> None: ...

    def update(self, boxes: np.ndarray) -> list[int]:
        """Feed the next frame's detections, and get the identity of each.

        All pairs of a living track and a detection whose iou is at least ``min_iou`` are visited by descending iou; of
        equal ones first the pair of the lower identity, then of the lower index of the detection. A pair is matched if
        neither of the two has been matched in this frame. A matched track takes on the detection's box. A detection
        that is left begins a new track: in their order they get the next numbers that have never been used, from 0 on.

        Args:
            boxes: float array (N, 4) of (x1, y1, x2, y2) with positive area, N >= 0.
        """

    def alive(self) -> list[int]:
        """Identities of the living tracks, ascending; a track lives on in the frames in which it is missed."""
