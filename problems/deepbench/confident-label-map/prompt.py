import torch


def label_map(logits: torch.Tensor, min_probability: float) -> torch.Tensor:
    """Label map of a segmentation network, with 255 where it is not sure.

    A pixel gets the class of its greatest softmax probability if that is at least ``min_probability``, and 255
    otherwise.

    Args:
        logits: float tensor (B, C, H, W), C < 255, not changed.
        min_probability: in [0, 1].

    Returns:
        uint8 tensor (B, H, W).
    """
