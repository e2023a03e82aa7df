import torch


def penalise_repetition(logits: torch.Tensor, generated: torch.Tensor, penalty: float) -> torch.Tensor:
    values = logits.gather(1, generated)
    return logits.scatter(1, generated, torch.where(values > 0, values / penalty, values * penalty))
