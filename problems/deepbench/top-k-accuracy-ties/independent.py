import torch


def top_k_accuracy(logits: torch.Tensor, labels: torch.Tensor, ks: list[int]) -> dict[int, float]:
    own = logits.gather(1, labels[:, None])
    rank = (logits >= own).sum(dim=1)
    return {k: (rank <= k).double().mean().item() for k in ks}
