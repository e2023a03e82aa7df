import torch


class AverageRecall:
    """COCO-style average recall of box proposals, gathered image by image on several workers.

    In an image, the ``max_proposals`` proposals with the highest scores are used (of equal scores, the lower index goes
    first). For each IoU threshold on its own, they are matched with the objects: in descending order of score, a
    proposal takes, among the objects not yet taken whose IoU with it is at least the threshold, the one with the
    greatest IoU (of equal ones, the lowest index). The recall at a threshold is the number of objects taken in all
    images / the number of objects in all images; the average recall is the mean over the thresholds.

    Args:
        max_proposals: at least 0.
        thresholds: IoU thresholds, each in (0, 1].
    """

    def __init__(self, max_proposals: int = 100, thresholds: tuple[float, ...] = (0.5, 0.75)) -> None: ...

    def update(self, proposals: torch.Tensor, scores: torch.Tensor, objects: torch.Tensor) -> None:
        """Add an image. Nothing handed over is changed.

        Args:
            proposals: float tensor (P, 4) of boxes (x1, y1, x2, y2) with continuous edges and positive area; P may be 0.
            scores: float tensor (P,).
            objects: float tensor (G, 4) of such boxes; G may be 0.
        """

    def state(self) -> dict:
        """What has been gathered: {"taken": int64 tensor with an entry per threshold, "objects": int}.

        Later updates do not change a dict that was returned.
        """

    def merge(self, state: dict) -> None:
        """Add what another worker with the same arguments has gathered, given its :meth:`state`, which is not changed.

        Workers may have seen different numbers of objects: the result is as if its images had been added here.
        """

    def compute(self) -> tuple[float, list[float]]:
        """The average recall and the recall at each threshold, over everything; NaN if there was no object."""
