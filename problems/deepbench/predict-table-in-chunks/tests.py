import copy

import pytest
import torch
from solution import predict_table
from torch import nn


def network(seed=0, features=3):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(features, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 1))
    model[1].running_mean += 0.3
    return model


def by_hand(model, rows, mean, std):
    model = copy.deepcopy(model).double().eval()
    return [model(row[None].double()).item() * std + mean for row in rows]


@pytest.mark.parametrize(("n", "chunk_size"), [(1, 1), (1, 5), (5, 1), (7, 3), (6, 3), (9, 100)])
def test_matches_one_row_at_a_time(n, chunk_size):
    model = network(n)
    rows = torch.randn(n, 3, generator=torch.Generator().manual_seed(n))
    got = predict_table(model, rows, 20.0, 4.0, chunk_size)
    assert got.shape == (n,)
    assert not got.requires_grad
    assert got.tolist() == pytest.approx(by_hand(model, rows, 20.0, 4.0), rel=1e-5)


def test_by_hand():
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, -1.0]]))
        model.bias.zero_()
    got = predict_table(model, torch.tensor([[3.0, 1.0], [0.0, 1.0], [2.0, 2.0]]), 100.0, 10.0, 2)
    assert got.tolist() == pytest.approx([120.0, 90.0, 100.0])


@pytest.mark.parametrize("mode", [True, False])
def test_the_model_stays_as_it_was(mode):
    model = network().train(mode)
    state = copy.deepcopy(model.state_dict())
    predict_table(model, torch.randn(5, 3), 0.0, 1.0, 2)
    assert [module.training for module in model.modules()] == [mode] * 6
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())


def test_chunks_are_no_larger_than_asked():
    # A layer that can take three rows and no other number.
    model = nn.Sequential(nn.Unflatten(0, (1, 3)), nn.Flatten(0, 1))
    got = predict_table(model, torch.arange(6.0)[:, None], 0.0, 2.0, 3)
    assert got.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


def test_double_precision():
    model = network().double()
    rows = torch.randn(4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    got = predict_table(model, rows, 1.5, 0.5, 3)
    assert got.dtype == torch.float64
    assert got.tolist() == pytest.approx(by_hand(model, rows, 1.5, 0.5), rel=1e-12)
