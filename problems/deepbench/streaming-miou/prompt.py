import torch


class MeanIoU:
    """Mean intersection over union of a segmentation network, over a whole data set seen in batches.

    Pixels are counted over all batches before anything is divided, so how the images are cut into batches makes no
    difference. Pixels whose target is ``ignore_index`` count for nothing, whatever is predicted there.

    Args:
        num_classes: number of classes C, at least 1, at most 1000.
        ignore_index: target value to leave out; it may be in [0, C) or not.
    """

    def __init__(self, num_classes: int, ignore_index: int = 255) -> None: ...

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        """Count a batch.

        Args:
            predictions: predicted classes, any shape, such as (B, H, W); any integer dtype, also uint8. Not changed.
            targets: true classes, of the same shape; any integer dtype, not necessarily the same. Not changed.

        Raises:
            ValueError: if the shapes differ, or if, among the pixels that are not ignored, a target or a prediction is
                not in [0, C). Nothing is counted then.
        """

    def compute(self) -> dict:
        """The metrics over everything counted since the beginning or the last reset; counting may go on afterwards.

        - "iou": a list of C floats: for each class the number of pixels with both target and prediction of the class,
          divided by the number of those with either. NaN for a class that is in neither; 0 for one that is predicted
          but never true.
        - "miou": the mean of the values that are not NaN, a float.
        - "accuracy": the share of pixels predicted right, a float.

        "miou" and "accuracy" are NaN if nothing was counted.
        """

    def reset(self) -> None:
        """Forget everything counted."""
