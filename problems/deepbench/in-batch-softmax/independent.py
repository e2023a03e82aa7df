import torch


class ItemFrequency:
    def __init__(self, num_items: int, decay: float = 0.99) -> None:
        if not 0 <= decay < 1:
            raise ValueError("decay must be in [0, 1)")
        self.num_items = num_items
        self.decay = decay
        self.average = torch.zeros(num_items, dtype=torch.float64)
        self.batches = 0

    @torch.no_grad()
    def update(self, item_ids: torch.Tensor) -> None:
        size = item_ids.numel()
        if size == 0:
            return
        share = torch.bincount(item_ids.cpu(), minlength=self.num_items).double() / size
        self.average = self.decay * self.average + (1 - self.decay) * share
        self.batches += 1

    @torch.no_grad()
    def log_probability(self, item_ids: torch.Tensor, floor: float = 1e-8) -> torch.Tensor:
        estimate = self.average[item_ids.cpu()]
        if self.batches > 0:
            estimate = estimate / (1 - self.decay**self.batches)
        return estimate.clamp(min=floor).log().float().to(item_ids.device)


def in_batch_softmax_loss(
    users: torch.Tensor,
    items: torch.Tensor,
    item_ids: torch.Tensor,
    log_probability: torch.Tensor | None = None,
    weights: torch.Tensor | None = None,
    temperature: float = 1.0,
) -> torch.Tensor:
    if not temperature > 0:
        raise ValueError("temperature must be positive")
    scores = users @ items.T / temperature
    if log_probability is not None:
        scores = scores - log_probability.to(scores.dtype)[None, :]
    same = item_ids[:, None] == item_ids[None, :]
    same.fill_diagonal_(False)
    losses = -scores.masked_fill(same, float("-inf")).log_softmax(dim=1).diagonal()
    if weights is None:
        return losses.mean()
    weights = weights.to(losses.dtype)
    total = weights.sum()
    return (weights * losses).sum() / torch.where(total > 0, total, torch.ones_like(total))
