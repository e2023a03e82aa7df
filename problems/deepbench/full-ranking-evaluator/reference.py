import torch


class RankingEvaluator:
    def __init__(self, n_items: int, k: int) -> None:
        self._k = k
        self._listed = torch.zeros(n_items, dtype=torch.bool)
        self._users, self._recall, self._hits = 0, 0.0, 0

    def update(self, scores: torch.Tensor, seen: torch.Tensor, relevant: torch.Tensor) -> None:
        if scores.shape[1:] != self._listed.shape or not scores.shape == seen.shape == relevant.shape:
            raise ValueError(f"expected three tensors of shape (B, {len(self._listed)})")
        for score, old, wanted in zip(scores, seen, relevant & ~seen):
            new = torch.nonzero(~old)[:, 0]
            best = new[score[new].sort(descending=True, stable=True).indices[: self._k]]
            self._listed[best] = True
            if wanted.any():
                hits = wanted[best].sum().item()
                self._users += 1
                self._hits += hits
                self._recall += hits / wanted.sum().item()

    def compute(self) -> dict[str, float]:
        users = self._users or float("nan")
        return {
            "recall": self._recall / users,
            "precision": self._hits / self._k / users,
            "coverage": self._listed.double().mean().item(),
        }
