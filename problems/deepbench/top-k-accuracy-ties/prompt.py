import torch


def top_k_accuracy(logits: torch.Tensor, labels: torch.Tensor, ks: list[int]) -> dict[int, float]:
    """Top-k accuracy for several k, where ties count against the model.

    A sample is a hit at k if at most k classes, its label included, have a logit greater than or equal to the label's.
    (So a model that gives the same logit to all classes is never right, unless k is at least the number of classes.)

    Args:
        logits: float tensor (N, C), N >= 1. Not changed.
        labels: int64 tensor (N,).
        ks: values of k, each at least 1; may be greater than C.

    Returns:
        For each k, the share of samples that are hits, as a float.
    """
