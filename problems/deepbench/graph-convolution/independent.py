import torch
from torch import nn


class GraphConvolution(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        loops = torch.arange(x.shape[0], device=x.device)
        source = torch.cat([edges[0], loops])
        target = torch.cat([edges[1], loops])
        degree = torch.bincount(target, minlength=x.shape[0]).to(x.dtype)
        norm = degree.rsqrt()
        h = x @ self.weight.t()
        messages = h[source] * (norm[source] * norm[target]).unsqueeze(1)
        return torch.zeros_like(h).index_add(0, target, messages) + self.bias
