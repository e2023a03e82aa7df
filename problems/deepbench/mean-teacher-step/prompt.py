import torch
from torch import nn


def consistency_weight(step: int, ramp: int, most: float) -> float:
    """Weight of the consistency loss at a step: ``most * exp(-5 * (1 - step / ramp)**2)``, and ``most`` from ramp on.

    ``step`` is >= 0; ``ramp`` is >= 0, and with 0 the weight is ``most`` at once.
    """


def mean_teacher_step(
    student: nn.Module,
    teacher: nn.Module,
    labelled: torch.Tensor,
    targets: torch.Tensor,
    unlabelled: torch.Tensor,
    noisy: torch.Tensor,
    lr: float,
    weight: float,
    decay: float,
) -> tuple[nn.Module, nn.Module, float, float]:
    """One step of a segmentation network (student) that also learns from the average of its own past (teacher).

    The student, in training mode, sees ``labelled`` and ``noisy`` in **one** batch, in this order. The teacher, in
    evaluation mode, sees ``unlabelled``, the same volumes as ``noisy`` without the noise; it gets no gradients.

    * supervised: cross-entropy averaged over the voxels of ``targets`` that are not -1.
    * consistency: squared difference between the student's probabilities (softmax over classes) for ``noisy`` and the
      teacher's for ``unlabelled``, averaged over classes, voxels and volumes.

    The student makes one step of plain SGD on ``supervised + weight * consistency``. **Then** each parameter of the
    teacher becomes ``decay * its own + (1 - decay) * the student's new``, and the teacher's buffers (such as statistics
    of batch normalisation) become those of the student.

    Args:
        student, teacher: networks with the same parameters, from (B, 1, D, H, W) to logits (B, K, D, H, W). Not
            changed: copies are trained.
        labelled, targets: float tensor (N, 1, D, H, W) and int64 tensor (N, D, H, W), with at least one voxel not -1.
        unlabelled, noisy: float tensors (U, 1, D, H, W), U >= 1.
        lr: learning rate.
        weight: >= 0.
        decay: in [0, 1].

    Returns:
        The new student, in training mode; the new teacher, in evaluation mode; supervised and consistency loss before
        the step (not weighted), as floats.
    """
