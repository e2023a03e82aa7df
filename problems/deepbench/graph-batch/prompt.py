import torch


def join_graphs(graphs: list[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Join graphs into one disconnected graph, as a graph network takes a batch.

    Args:
        graphs: at least one pair (x, edges): node features, float (n, F), and edges, int64 (2, m), whose entries are
            node numbers from 0 to n - 1. n and m may be 0; F is the same for all. They are not changed.

    Returns:
        - all nodes' features (N, F), graph by graph;
        - all edges (2, M), graph by graph, with node numbers of the joined graph;
        - the number of each node's graph, int64 (N,).
    """


def part_graphs(
    x: torch.Tensor, edges: torch.Tensor, graph: torch.Tensor, n_graphs: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Undo :func:`join_graphs`: the ``n_graphs`` pairs (x, edges), also of graphs without nodes."""
