import torch


def join_graphs(graphs: list[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    sizes = [len(x) for x, _ in graphs]
    joined = []
    offset = 0
    for (_, edges), size in zip(graphs, sizes):
        joined.append(edges + offset)
        offset += size
    graph = torch.repeat_interleave(torch.arange(len(graphs)), torch.tensor(sizes))
    return torch.cat([x for x, _ in graphs]), torch.cat(joined, dim=1), graph


def part_graphs(
    x: torch.Tensor, edges: torch.Tensor, graph: torch.Tensor, n_graphs: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    parts = []
    offset = 0
    for i in range(n_graphs):
        nodes = x[graph == i]
        parts.append((nodes, edges[:, graph[edges[0]] == i] - offset))
        offset += len(nodes)
    return parts
