import torch
from torch import nn


def distill_epoch(
    student: nn.Module,
    teacher: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    lr: float,
    temperature: float,
    alpha: float,
) -> tuple[nn.Module, float, float]:
    """Train a text classifier for one epoch on the soft labels of a teacher, and on true labels where there are any.

    Each batch is one step of plain SGD (no momentum, no decay), in the order given, on

        ``alpha * temperature**2 * soft + (1 - alpha) * hard``

    * ``soft``: Kullback-Leibler divergence of the student's distribution from the teacher's,
      ``sum_c t_c * (log t_c - log s_c)``, with t and s the softmax of the teacher's and the student's logits divided
      by ``temperature``; averaged over all samples of the batch.
    * ``hard``: cross-entropy of the student's logits (not divided) with the label, averaged over the labelled samples
      of the batch. A label of -100 means that there is none. A batch without labels has ``hard = 0``.

    The student runs in training mode; the teacher gives its predictions in evaluation mode and gets no gradients.
    Either may arrive in any mode and may contain dropout and batch normalisation. Logits may be as large as 1e4 in
    magnitude.

    Args:
        student: maps int64 tokens of shape (b, t) to logits of shape (b, C). Not changed: a copy is trained.
        teacher: maps tokens in the same way. Its weights, buffers and mode are not changed.
        batches: tokens (b, t) and int64 labels (b,), b >= 1; b and t may differ between batches.
        lr: learning rate.
        temperature: > 0.
        alpha: weight of the soft part, in [0, 1].

    Returns:
        student: the trained copy, in training mode.
        soft: mean of ``soft`` (without the factors) over all samples of the epoch; 0.0 if there are none.
        hard: mean of ``hard`` (without the factor) over all labelled samples of the epoch; 0.0 if there are none.
        Both as floats, measured before each batch's step.
    """
