import math

import torch


class RankingEvaluator:
    def __init__(self, n_items: int, k: int) -> None:
        self.n_items = n_items
        self.k = k
        self._recall_sum = 0.0
        self._hits = 0
        self._users = 0  # users with relevant items
        self._covered = torch.zeros(n_items, dtype=torch.bool)

    @torch.no_grad()
    def update(self, scores: torch.Tensor, seen: torch.Tensor, relevant: torch.Tensor) -> None:
        if scores.dim() != 2 or scores.shape[1] != self.n_items:
            raise ValueError(f"scores must be (B, {self.n_items}), got {tuple(scores.shape)}")
        if seen.shape != scores.shape or relevant.shape != scores.shape:
            raise ValueError(f"shapes differ: {tuple(scores.shape)}, {tuple(seen.shape)}, {tuple(relevant.shape)}")
        seen = seen.bool()
        relevant = relevant.bool() & ~seen

        # Two stable sorts: by descending score (ties by index), then the seen items to the end.
        order = torch.sort(scores.detach(), dim=1, descending=True, stable=True).indices
        seen_sorted = seen.gather(1, order).to(torch.uint8)
        order = order.gather(1, torch.sort(seen_sorted, dim=1, stable=True).indices)
        top = order[:, : self.k]
        listed = torch.zeros_like(seen).scatter(1, top, True) & ~seen

        hits = (listed & relevant).sum(dim=1)
        totals = relevant.sum(dim=1)
        counted = totals > 0
        self._recall_sum += (hits[counted].double() / totals[counted].double()).sum().item()
        self._hits += int(hits[counted].sum().item())
        self._users += int(counted.sum().item())
        self._covered |= listed.any(dim=0).cpu()

    def compute(self) -> dict[str, float]:
        return {
            "recall": self._recall_sum / self._users if self._users else math.nan,
            "precision": self._hits / self.k / self._users if self._users else math.nan,
            "coverage": int(self._covered.sum().item()) / self.n_items,
        }
