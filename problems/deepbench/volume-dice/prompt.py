import torch


class VolumeDice:
    """Dice scores of 3-D scans that are segmented slice by slice.

    The Dice score of a class in a volume is 2 * |P and T| / (|P| + |T|), where P and T are the pixels of the class in
    prediction and target *over all slices of the volume*. (It is not the mean over slices.) Class 0 is background and
    has no score.

    Args:
        num_classes: number of classes C with the background, at least 2.
    """

    def __init__(self, num_classes: int) -> None: ...

    def update(self, volumes: list[str], predictions: torch.Tensor, targets: torch.Tensor) -> None:
        """Add a batch of slices. A volume's slices come in any order, and in any batches.

        Args:
            volumes: the volume of each slice, B names.
            predictions: int tensor (B, H, W) with values in [0, C), of any integer dtype, also uint8. Not changed.
            targets: int tensor (B, H, W), likewise.
        """

    def volume(self, name: str) -> list[float]:
        """The Dice scores of the classes 1 … C - 1 in a volume; NaN for a class that is in neither P nor T.

        Raises KeyError if the volume has no slice.
        """

    def compute(self) -> list[float]:
        """For each class 1 … C - 1 the mean over the volumes in which its score is not NaN; NaN if there is none."""
