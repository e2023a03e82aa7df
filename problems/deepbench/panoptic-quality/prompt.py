import numpy as np


class PanopticQuality:
    """Panoptic quality per category, over a whole data set seen image by image."""

    def __init__(self) -> None: ...

    def update(
        self, predicted: np.ndarray, predicted_segments: dict[int, int], true: np.ndarray, true_segments: dict[int, int]
    ) -> None:
        """Add an image.

        A map holds the segment id of every pixel; 0 is void: no segment. The dicts say the category of each id, and
        hold just the ids (other than 0) that are in the map.

        - A predicted and a true segment of the same category match if their IoU is greater than 1/2. The IoU is
          intersection / union, where the predicted segment's pixels that are void in ``true`` do not belong to the
          union.
        - A match is a true positive of the category. A true segment without match is a false negative. A predicted
          segment without match is a false positive, unless more than half of its pixels are void in ``true``: then it
          counts for nothing.

        Args:
            predicted: int array (H, W). Not changed.
            predicted_segments: category of each predicted segment.
            true: int array (H, W). Not changed.
            true_segments: category of each true segment.
        """

    def compute(self) -> dict:
        """The result over all images so far.

        For a category with tp true positives, fp false positives and fn false negatives:
        "sq" is the mean IoU of its true positives (0 if there is none), "rq" is tp / (tp + fp / 2 + fn / 2), and "pq"
        is sq * rq.

        Returns:
            {"categories": {category: {"pq", "sq", "rq"}}, "pq": mean of the categories' "pq"} as floats. Categories
            with tp + fp + fn = 0 are left out; without any category, the mean is NaN.
        """
