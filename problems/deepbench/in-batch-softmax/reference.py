import torch


class ItemFrequency:
    def __init__(self, num_items: int, decay: float = 0.99) -> None:
        if not 0 <= decay < 1:
            raise ValueError("decay must lie in [0, 1)")
        self.decay = decay
        self.average = torch.zeros(num_items)
        self.n_batches = 0

    def update(self, item_ids: torch.Tensor) -> None:
        if not len(item_ids):
            return
        share = torch.bincount(item_ids, minlength=len(self.average)) / len(item_ids)
        self.average = self.decay * self.average + (1 - self.decay) * share
        self.n_batches += 1

    def log_probability(self, item_ids: torch.Tensor, floor: float = 1e-8) -> torch.Tensor:
        total = 1 - self.decay**self.n_batches if self.n_batches else 1.0
        return (self.average[item_ids] / total).clamp_min(floor).log()


def in_batch_softmax_loss(
    users: torch.Tensor,
    items: torch.Tensor,
    item_ids: torch.Tensor,
    log_probability: torch.Tensor | None = None,
    weights: torch.Tensor | None = None,
    temperature: float = 1.0,
) -> torch.Tensor:
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    scores = users @ items.T / temperature
    if log_probability is not None:
        scores = scores - log_probability
    same_item = item_ids[:, None] == item_ids
    scores = scores.masked_fill(same_item.fill_diagonal_(False), float("-inf"))
    losses = -scores.log_softmax(dim=1).diagonal()
    if weights is None:
        return losses.mean()
    total = weights.sum()
    return (weights * losses).sum() / torch.where(total > 0, total, 1.0)
