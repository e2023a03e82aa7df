import copy

import pytest
import torch
from solution import permutation_importance
from torch import nn


def network(features, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(features, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Dropout(0.5), nn.Linear(6, 1))
    model[1].running_mean += 0.2
    return model


def by_hand(model, x, y, permutations):
    """The tables are made value by value, and all their rows predicted at once in float64."""
    rows, tables = x.tolist(), [x.tolist()]
    for f in range(x.shape[1]):
        for p in permutations.tolist():
            tables.append([[rows[p[i]][g] if g == f else v for g, v in enumerate(row)] for i, row in enumerate(rows)])
    model = copy.deepcopy(model).double().eval()
    predictions = model(torch.tensor(tables, dtype=torch.float64).flatten(0, 1)).detach().view(len(tables), len(y))
    error, *shuffled = ((predictions - y.double()) ** 2).mean(dim=1).tolist()
    rounds = len(permutations)
    return [sum(shuffled[f * rounds : (f + 1) * rounds]) / rounds - error for f in range(x.shape[1])]


@pytest.mark.parametrize(("n", "features", "rounds"), [(3, 1, 1), (6, 4, 3)])
def test_matches_plain_loops(n, features, rounds):
    generator = torch.Generator().manual_seed(n)
    model = network(features)
    x, y = torch.randn(n, features, generator=generator), torch.randn(n, generator=generator) * 2
    permutations = torch.stack([torch.randperm(n, generator=generator) for _ in range(rounds)])
    before = x.clone(), y.clone(), permutations.clone(), copy.deepcopy(model.state_dict())
    got = permutation_importance(model, x, y, permutations)
    assert torch.equal(x, before[0])
    assert torch.equal(y, before[1])
    assert torch.equal(permutations, before[2])
    assert all(torch.equal(value, before[3][key]) for key, value in model.state_dict().items())
    assert (got.dtype, tuple(got.shape)) == (torch.float32, (features,))
    assert not got.requires_grad
    assert got.tolist() == pytest.approx(by_hand(model, x, y, permutations), rel=1e-4, abs=1e-5)


def first_feature():
    model = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 0.0]]))
    return model


def test_by_hand():
    # Predictions are the first column: the error is 0, then (2² + 2²) / 3, then (2² + 2² + 4²) / 3.
    x = torch.tensor([[0.0, 5.0], [2.0, 6.0], [4.0, 7.0]])
    permutations = torch.tensor([[1, 0, 2], [1, 2, 0]])
    got = permutation_importance(first_feature(), x, x[:, 0].clone(), permutations)
    assert got.tolist() == pytest.approx([(8 / 3 + 24 / 3) / 2, 0.0])


def test_a_shuffled_column_can_be_better():
    x = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    got = permutation_importance(first_feature(), x, torch.tensor([3.0, 1.0]), torch.tensor([[1, 0]]))
    assert got.tolist() == pytest.approx([-4.0, 0.0])


def test_the_identity_changes_nothing_and_the_mode_is_restored():
    x, model = torch.randn(5, 3, generator=torch.Generator().manual_seed(1)), network(3)
    for mode in (True, False):
        model.train(mode)
        got = permutation_importance(model, x, x[:, 0].clone(), torch.arange(5)[None])
        assert got.tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
        assert model.training is mode
        assert model[3].training is mode
