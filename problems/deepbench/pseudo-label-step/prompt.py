import torch
from torch import nn


def pseudo_label_step(
    model: nn.Module,
    labelled: torch.Tensor,
    labels: torch.Tensor,
    weak: torch.Tensor,
    strong: torch.Tensor,
    lr: float,
    threshold: float = 0.95,
) -> tuple[nn.Module, float, float, int]:
    """One step of plain SGD of a classifier on labelled samples and on pseudo-labels of unlabelled ones.

    ``weak`` and ``strong`` are two views of the same U unlabelled samples. The pseudo-label of a sample is the class
    that the model, in evaluation mode and before the step, gives the highest probability (softmax of the logits) for
    its weak view. A sample counts only if that probability is at least ``threshold``. Pseudo-labels are fixed targets:
    no gradient flows through the weak views.

    The loss is the sum of two parts, both computed with the model in training mode:

    * supervised: mean cross-entropy of the labelled samples;
    * unsupervised: sum of the cross-entropies of the strong views with the pseudo-labels, over the samples that count,
      divided by U (**all** unlabelled samples).

    Args:
        model: maps (B, F) to logits (B, K), without layers that look at other samples of a batch. Not changed: a copy
            is trained.
        labelled, labels: float tensor (N, F), N >= 1, and int64 tensor (N,).
        weak, strong: float tensors (U, F), U >= 1.
        lr: learning rate.
        threshold: least probability of a pseudo-label.

    Returns:
        The trained copy, in training mode; the supervised and the unsupervised loss before the step, as floats; and how
        many unlabelled samples count.
    """
