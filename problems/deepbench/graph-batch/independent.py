import torch


def join_graphs(graphs: list[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    all_edges = []
    offset = 0
    for x, edges in graphs:
        all_edges.append(edges + offset)
        offset += x.shape[0]
    features = torch.cat([x for x, _ in graphs])
    sizes = torch.tensor([x.shape[0] for x, _ in graphs], dtype=torch.int64, device=features.device)
    numbers = torch.repeat_interleave(torch.arange(len(graphs), device=features.device), sizes)
    return features, torch.cat(all_edges, dim=1), numbers


def part_graphs(
    x: torch.Tensor, edges: torch.Tensor, graph: torch.Tensor, n_graphs: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    n_nodes = torch.bincount(graph, minlength=n_graphs)
    first = n_nodes.cumsum(0) - n_nodes
    edge_graph = graph[edges[0]]
    n_edges = torch.bincount(edge_graph, minlength=n_graphs)
    order = torch.argsort(edge_graph, stable=True)
    own = (edges - first[edge_graph])[:, order]
    return [
        (nodes.clone(), pairs.clone())
        for nodes, pairs in zip(x.split(n_nodes.tolist()), own.split(n_edges.tolist(), dim=1), strict=True)
    ]
