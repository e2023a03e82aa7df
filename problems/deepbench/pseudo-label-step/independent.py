import copy

import torch
from torch import nn
from torch.nn import functional as F


def pseudo_label_step(
    model: nn.Module,
    labelled: torch.Tensor,
    labels: torch.Tensor,
    weak: torch.Tensor,
    strong: torch.Tensor,
    lr: float,
    threshold: float = 0.95,
) -> tuple[nn.Module, float, float, int]:
    trained = copy.deepcopy(model)
    trained.eval()
    with torch.no_grad():
        confidence, pseudo = torch.softmax(trained(weak), dim=1).max(dim=1)
        counts = confidence >= threshold
    n_counting = int(counts.sum())

    trained.train()
    with torch.enable_grad():
        supervised = F.cross_entropy(trained(labelled), labels)
        loss = supervised
        unsupervised = torch.zeros(())
        if n_counting:
            logits = trained(strong[counts])
            unsupervised = F.cross_entropy(logits, pseudo[counts], reduction="sum") / weak.shape[0]
            loss = supervised + unsupervised
    params = [p for p in trained.parameters() if p.requires_grad]
    if params:
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        with torch.no_grad():
            for p, g in zip(params, grads):
                if g is not None:
                    p.sub_(lr * g)
    trained.zero_grad(set_to_none=True)
    return trained, float(supervised.detach()), float(unsupervised.detach()), n_counting
