import copy
import math

import torch
import torch.nn.functional as F
from torch import nn


def consistency_weight(step: int, ramp: int, most: float) -> float:
    if step >= ramp:
        return most
    return most * math.exp(-5 * (1 - step / ramp) ** 2)


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
    student, teacher = copy.deepcopy(student).train(), copy.deepcopy(teacher).eval()
    logits = student(torch.cat([labelled, noisy]))
    with torch.no_grad():
        wanted = teacher(unlabelled).softmax(dim=1)
    supervised = F.cross_entropy(logits[: len(labelled)], targets, ignore_index=-1)
    consistency = F.mse_loss(logits[len(labelled) :].softmax(dim=1), wanted)
    parameters = list(student.parameters())
    gradients = torch.autograd.grad(supervised + weight * consistency, parameters)
    with torch.no_grad():
        for average, parameter, gradient in zip(teacher.parameters(), parameters, gradients):
            parameter -= lr * gradient
            average.mul_(decay).add_((1 - decay) * parameter)
        for theirs, ours in zip(teacher.buffers(), student.buffers()):
            theirs.copy_(ours)
    return student, teacher, supervised.item(), consistency.item()
