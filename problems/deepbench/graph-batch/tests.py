import pytest
import torch
from solution import join_graphs, part_graphs


def random_graph(seed, n, m):
    generator = torch.Generator().manual_seed(seed)
    edges = torch.randint(0, max(n, 1), (2, m), generator=generator)
    return torch.rand(n, 3, generator=generator), edges


@pytest.mark.parametrize(
    "sizes", [[(1, 0)], [(4, 6), (2, 1), (5, 9)], [(0, 0), (3, 4), (0, 0), (2, 0), (1, 2), (0, 0)]]
)
def test_matches_plain_loops_and_comes_apart(sizes):
    graphs = [random_graph(i, n, m) for i, (n, m) in enumerate(sizes)]
    copies = [(x.clone(), edges.clone()) for x, edges in graphs]
    x, edges, graph = join_graphs(graphs)
    for (a, b), (c, d) in zip(graphs, copies, strict=True):
        assert torch.equal(a, c)
        assert torch.equal(b, d)
    features, pairs, numbers = [], [], []
    for i, (own, links) in enumerate(graphs):
        pairs += [[a + len(features), b + len(features)] for a, b in links.T.tolist()]
        features += own.tolist()
        numbers += [i] * len(own)
    assert x.shape == (len(features), 3)
    assert x.tolist() == features
    assert edges.shape == (2, len(pairs))
    assert edges.dtype == graph.dtype == torch.int64
    assert edges.T.tolist() == pairs
    assert graph.tolist() == numbers
    parts = part_graphs(x, edges, graph, len(graphs))
    assert len(parts) == len(graphs)
    for (a, b), (c, d) in zip(parts, copies, strict=True):
        assert torch.equal(a, c)
        assert torch.equal(b, d)


def test_by_hand():
    first = torch.tensor([[1.0], [2.0]]), torch.tensor([[0, 1], [1, 1]])
    second = torch.tensor([[3.0], [4.0], [5.0]]), torch.tensor([[2, 0], [0, 1]])
    x, edges, graph = join_graphs([first, second])
    assert x[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert edges.tolist() == [[0, 1, 4, 2], [1, 1, 2, 3]]
    assert graph.tolist() == [0, 0, 1, 1, 1]
    parts = part_graphs(x, edges, graph, 3)
    assert parts[1][1].tolist() == [[2, 0], [0, 1]]
    assert (parts[2][0].shape, parts[2][1].shape) == ((0, 1), (2, 0))
