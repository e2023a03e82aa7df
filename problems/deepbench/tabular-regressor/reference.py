import torch
from torch import nn


class TabularRegressor(nn.Module):
    def __init__(
        self, mean: torch.Tensor, std: torch.Tensor, cardinalities: list[int], embedding_dim: int, hidden: int
    ) -> None:
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())
        self.missing = nn.Parameter(torch.zeros_like(mean))
        self.embeddings = nn.ModuleList(nn.Embedding(n + 1, embedding_dim) for n in cardinalities)
        width = len(mean) + len(cardinalities) * embedding_dim
        self.mlp = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, numeric: torch.Tensor, categorical: torch.Tensor) -> torch.Tensor:
        scaled = (numeric - self.mean) / torch.where(self.std > 0, self.std, 1.0)
        parts = [torch.where(numeric.isnan(), self.missing, scaled)]
        for embedding, column in zip(self.embeddings, categorical.unbind(dim=1)):
            known = (column >= 0) & (column < embedding.num_embeddings - 1)
            parts.append(embedding(torch.where(known, column + 1, 0)))
        return self.mlp(torch.cat(parts, dim=1)).squeeze(1)
