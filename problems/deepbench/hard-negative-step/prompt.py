import torch


def hard_negative_step(
    weight: torch.Tensor,
    bias: torch.Tensor,
    features: torch.Tensor,
    labels: torch.Tensor,
    lr: float,
    ratio: int = 3,
    least: int = 1,
) -> tuple[torch.Tensor, torch.Tensor, float, torch.Tensor]:
    """One SGD step of the classifier of a one-stage detector, with mining of hard negatives.

    The logits of an anchor are ``weight @ its features + bias``; its loss is the cross-entropy with its label. Label 0
    is background (a negative), labels above 0 are objects (positives), and anchors with label -1 are ignored.

    In each image, all P positives are used, and of the negatives the ``max(ratio * P, least)`` with the largest loss
    (all of them if there are fewer); of equal losses, those with lower indices. The loss of the step is the sum over
    the anchors used in all images, divided by the number of positives in all images (by 1 if there are none). Weight
    and bias make one step of plain SGD on it.

    Args:
        weight, bias: float tensors (K, F) and (K,).
        features: float tensor (B, A, F).
        labels: int64 tensor (B, A), in [-1, K).
        lr: learning rate.
        ratio: negatives for each positive, >= 0.
        least: negatives of an image with few or no positives, >= 0.

    Returns:
        The new weight and bias, without autograd history; the loss before the step, as a float; and a bool tensor
        (B, A) of the anchors used. The arguments are not changed.
    """
