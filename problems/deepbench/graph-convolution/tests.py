import math

import pytest
import torch
from solution import GraphConvolution


def random_layer(in_features, out_features, seed=0):
    layer = GraphConvolution(in_features, out_features)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in layer.state_dict().items()}
    layer.load_state_dict(state)
    return layer, state, generator


def by_hand(state, x, edges):
    pairs = list(zip(*edges.tolist(), strict=True)) + [(i, i) for i in range(len(x))]
    degree = [sum(end == i for _, end in pairs) for i in range(len(x))]
    result = state["bias"].double().repeat(len(x), 1)
    for begin, end in pairs:
        result[end] += state["weight"].double() @ x[begin].double() / math.sqrt(degree[begin] * degree[end])
    return result


@pytest.mark.parametrize(
    "n, n_edges, in_features, out_features", [(1, 0, 1, 1), (5, 9, 3, 2), (4, 25, 2, 6), (7, 3, 4, 4)]
)
def test_matches_edge_by_edge(n, n_edges, in_features, out_features):
    layer, state, generator = random_layer(in_features, out_features, seed=n)
    x = torch.randn(n, in_features, generator=generator)
    edges = torch.randint(0, n, (2, n_edges), generator=generator)
    copies = x.clone(), edges.clone()
    got = layer(x, edges)
    assert got.shape == (n, out_features)
    assert torch.allclose(got.double(), by_hand(state, x, edges), rtol=1e-4, atol=1e-5)
    assert torch.equal(x, copies[0])
    assert torch.equal(edges, copies[1])


def test_worked_out_by_hand():
    layer, _, _ = random_layer(1, 1)
    layer.load_state_dict({"weight": torch.tensor([[2.0]]), "bias": torch.tensor([1.0])})
    # Two edges from 0 to 1 and one from 2 to 1: node 1 has degree 4.
    got = layer(torch.tensor([[1.0], [10.0], [3.0]]), torch.tensor([[0, 0, 2], [1, 1, 1]]))
    assert got[:, 0].tolist() == pytest.approx([3.0, 1 + 2 * (1 / 2 + 1 / 2 + 3 / 2 + 10 / 4), 7.0])


def test_edges_have_a_direction():
    layer, _, generator = random_layer(2, 2)
    x = torch.randn(2, 2, generator=generator)
    alone = layer(x, torch.zeros(2, 0, dtype=torch.int64))
    got = layer(x, torch.tensor([[0], [1]]))
    assert torch.allclose(got[0], alone[0])
    assert not torch.allclose(got[1], alone[1])


def test_gradients():
    layer, state, generator = random_layer(3, 2, seed=2)
    x = torch.randn(4, 3, generator=generator).requires_grad_()
    edges = torch.tensor([[0, 1, 1, 3, 3], [1, 2, 2, 0, 3]])
    (layer(x, edges) ** 2).sum().backward()
    twin = {name: value.double().requires_grad_() for name, value in state.items()}
    inputs = x.detach().double().requires_grad_()
    (by_hand(twin, inputs, edges) ** 2).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in layer.parameters()}
    pairs = [(x.grad, inputs.grad), (gradients[(2, 3)], twin["weight"].grad), (gradients[(2,)], twin["bias"].grad)]
    assert all(torch.allclose(got.double(), want, rtol=1e-4, atol=1e-4) for got, want in pairs)


def test_parameters_at_the_start():
    torch.manual_seed(0)
    state = GraphConvolution(40, 60).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {"weight": (60, 40), "bias": (60,)}
    limit = math.sqrt(6 / 100)
    assert limit * 0.98 < state["weight"].abs().max().item() <= limit
    # tolerance: several standard errors of a sample this large
    assert state["weight"].std().item() == pytest.approx(limit / math.sqrt(3), rel=0.05)
    assert (state["bias"] == 0).all()
