import copy

import torch
import torch.nn.functional as F
from torch import nn


def distill_epoch(
    student: nn.Module,
    teacher: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    lr: float,
    temperature: float,
    alpha: float,
) -> tuple[nn.Module, float, float]:
    student = copy.deepcopy(student).train()
    teacher = copy.deepcopy(teacher).eval()
    optimizer = torch.optim.SGD(student.parameters(), lr=lr)
    soft_total = hard_total = 0.0
    n_samples = n_labelled = 0
    for tokens, labels in batches:
        logits = student(tokens)
        with torch.no_grad():
            soft_labels = (teacher(tokens) / temperature).log_softmax(dim=1)
        soft_sum = F.kl_div((logits / temperature).log_softmax(dim=1), soft_labels, reduction="sum", log_target=True)
        hard_sum = F.cross_entropy(logits, labels, ignore_index=-100, reduction="sum")
        labelled = int((labels != -100).sum())
        # The sum of no cross-entropy is 0, where the mean would be NaN.
        loss = alpha * temperature**2 * soft_sum / len(labels) + (1 - alpha) * hard_sum / max(labelled, 1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        soft_total, n_samples = soft_total + soft_sum.item(), n_samples + len(labels)
        hard_total, n_labelled = hard_total + hard_sum.item(), n_labelled + labelled
    return student, soft_total / max(n_samples, 1), hard_total / max(n_labelled, 1)
