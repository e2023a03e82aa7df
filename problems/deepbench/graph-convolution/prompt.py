import torch
from torch import nn


class GraphConvolution(nn.Module):
    """Graph convolution (Kipf and Welling) over a list of directed edges.

    Every node gets one edge from itself to itself, beside the given ones. With d_i the number of edges that end in
    node i, that one included, the output of node i is

        ``bias + Σ weight @ x_j / sqrt(d_i * d_j)``, over all edges from a node j to i.

    An edge that is given several times counts as often; given edges from a node to itself count like any others.

    ``weight`` of shape (out_features, in_features) is a parameter with the Xavier uniform initialisation, ``bias``
    of shape (out_features,) one that starts at 0.
    """

    def __init__(self, in_features: int, out_features: int) -> None: ...

    def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        """From node features (N, in_features) and edges, int64 (2, E), to (N, out_features).

        Row 0 of ``edges`` holds the nodes where edges begin, row 1 those where they end. E may be 0. The arguments
        are not changed.
        """
