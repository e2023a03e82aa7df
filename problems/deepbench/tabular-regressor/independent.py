import torch
from torch import nn


class TabularRegressor(nn.Module):
    def __init__(
        self, mean: torch.Tensor, std: torch.Tensor, cardinalities: list[int], embedding_dim: int, hidden: int
    ) -> None:
        super().__init__()
        self.register_buffer("mean", mean.detach().clone())
        self.register_buffer("std", std.detach().clone())
        self.cardinalities = tuple(cardinalities)
        self.missing = nn.Parameter(torch.zeros(len(mean)))
        self.embeddings = nn.ModuleList(nn.Embedding(n + 1, embedding_dim) for n in self.cardinalities)
        width = len(mean) + len(self.cardinalities) * embedding_dim
        self.mlp = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, numeric: torch.Tensor, categorical: torch.Tensor) -> torch.Tensor:
        absent = torch.isnan(numeric)
        # NaN is replaced before any arithmetic, so that it reaches no gradient.
        present = torch.where(absent, self.mean, numeric)
        scale = torch.where(self.std == 0, torch.ones_like(self.std), self.std)
        standardised = (present - self.mean) / scale
        parts = [torch.where(absent, self.missing, standardised)]
        for k, (embedding, n) in enumerate(zip(self.embeddings, self.cardinalities)):
            column = categorical[:, k]
            known = (column >= 0) & (column < n)
            parts.append(embedding(torch.where(known, column + 1, torch.zeros_like(column))))
        return self.mlp(torch.cat(parts, dim=1)).squeeze(-1)
