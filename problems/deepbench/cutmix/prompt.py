import torch


def cutmix(
    images: torch.Tensor,
    labels: torch.Tensor,
    partner: torch.Tensor,
    num_classes: int,
    share: float,
    center: tuple[int, int],
) -> tuple[torch.Tensor, torch.Tensor]:
    """CutMix: replace one box of every image by the same box of another image of the batch, and mix the labels.

    The box is meant to cover the fraction ``1 - share`` of an image: its height is ``int(H * sqrt(1 - share))``, its
    width ``int(W * sqrt(1 - share))``. It starts at row ``center[0] - height // 2`` and column
    ``center[1] - width // 2``, and what lies outside the image is cut off.

    The label of an image is a distribution over the classes: its own class gets the fraction of its pixels that
    actually remain, and its partner's class gets the rest. (If the box was cut off or rounded, this fraction is not
    ``share``.) If both classes are the same, that class gets 1.

    Args:
        images: tensor of shape (B, C, H, W). Not changed.
        labels: int64 tensor of shape (B,) with values in [0, num_classes).
        partner: int64 tensor of shape (B,): image i gets the box of image ``partner[i]``, as it was before mixing.
        num_classes: number of classes.
        share: fraction of an image that is meant to remain.
        center: row and column of the box's centre, within the image.

    Returns:
        Mixed images, of the shape and dtype of ``images``, and float32 label distributions of shape (B, num_classes).

    Raises:
        ValueError: if ``share`` is not in [0, 1].
    """


def soft_cross_entropy(logits: torch.Tensor, distributions: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy between label distributions and the softmax of logits.

    A sample's loss is ``-sum_c distribution_c * log(softmax(logits)_c)``. Loss and gradient are finite for
    logits as large as 1e4 in magnitude.

    Args:
        logits: float tensor of shape (B, C), B >= 1.
        distributions: float tensor of shape (B, C).

    Returns:
        The mean over the samples, a scalar tensor (shape ()).

    Raises:
        ValueError: if the two shapes differ.
    """
