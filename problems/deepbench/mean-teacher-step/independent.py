import copy
import math

import torch
import torch.nn.functional as F
from torch import nn


def consistency_weight(step: int, ramp: int, most: float) -> float:
    if step >= ramp:
        return float(most)
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
    student = copy.deepcopy(student).train()
    teacher = copy.deepcopy(teacher).eval()

    with torch.no_grad():
        goal = teacher(unlabelled.detach().clone()).softmax(dim=1)

    logits = student(torch.cat([labelled, noisy]).detach())
    n = labelled.shape[0]
    supervised = F.cross_entropy(logits[:n], targets, ignore_index=-1)
    consistency = (logits[n:].softmax(dim=1) - goal).square().mean()
    loss = supervised + weight * consistency

    trained = [p for p in student.parameters() if p.requires_grad]
    gradients = torch.autograd.grad(loss, trained, allow_unused=True) if trained else ()
    with torch.no_grad():
        for parameter, gradient in zip(trained, gradients):
            if gradient is not None:
                parameter.sub_(lr * gradient)
        for old, new in zip(teacher.parameters(), student.parameters()):
            old.copy_(decay * old + (1 - decay) * new)
        for old, new in zip(teacher.buffers(), student.buffers()):
            old.copy_(new)

    return student, teacher, supervised.item(), consistency.item()
