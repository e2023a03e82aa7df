import copy

import torch
import torch.nn.functional as F
from torch import nn

NO_LABEL = -100


def distill_epoch(
    student: nn.Module,
    teacher: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    lr: float,
    temperature: float,
    alpha: float,
) -> tuple[nn.Module, float, float]:
    student = copy.deepcopy(student).train()
    teacher = copy.deepcopy(teacher).eval()  # a copy, so that the modes of all its submodules stay as they are
    params = [p for p in student.parameters() if p.requires_grad]

    soft_sum = hard_sum = 0.0
    n_samples = n_labelled = 0
    for tokens, labels in batches:
        if len(labels) == 0:
            continue
        with torch.no_grad():
            log_t = F.log_softmax(teacher(tokens) / temperature, dim=-1)
        with torch.enable_grad():
            logits = student(tokens)
            log_s = F.log_softmax(logits / temperature, dim=-1)
            soft = (log_t.exp() * (log_t - log_s)).sum(dim=-1).mean()
            labelled = int((labels != NO_LABEL).sum())
            if labelled:
                hard = F.cross_entropy(logits, labels, ignore_index=NO_LABEL)
            else:
                hard = logits.new_zeros(())
            loss = alpha * temperature**2 * soft + (1 - alpha) * hard

        soft_sum += soft.item() * len(labels)
        hard_sum += hard.item() * labelled
        n_samples += len(labels)
        n_labelled += labelled

        if params and loss.requires_grad:
            grads = torch.autograd.grad(loss, params, allow_unused=True)
            with torch.no_grad():
                for p, g in zip(params, grads):
                    if g is not None:
                        p.sub_(lr * g)

    return (
        student,
        soft_sum / n_samples if n_samples else 0.0,
        hard_sum / n_labelled if n_labelled else 0.0,
    )
