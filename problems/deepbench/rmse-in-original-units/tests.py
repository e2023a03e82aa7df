import copy
import math

import pytest
import torch
from solution import rmse_in_units
from torch import nn


def network(seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1))
    model[1].running_mean += 0.2
    return model


def data(sizes, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return [(torch.randn(n, 3, generator=generator), torch.randn(n, generator=generator) * 40 + 100) for n in sizes]


def by_hand(model, batches, mean, std):
    model = copy.deepcopy(model).double().eval()
    squares = []
    for features, target in batches:
        for row, y in zip(features, target.tolist(), strict=True):
            squares.append((model(row[None].double()).item() * std + mean - y) ** 2)
    return math.sqrt(sum(squares) / len(squares))


@pytest.mark.parametrize(("sizes", "mean", "std"), [([1], 100.0, 40.0), ([8, 8, 2], 90.0, 35.0), ([1, 16], 0.0, 2.5)])
def test_every_row_weighs_the_same(sizes, mean, std):
    model, batches = network(), data(sizes)
    got = rmse_in_units(model, batches, mean, std)
    assert isinstance(got, float)
    assert got == pytest.approx(by_hand(model, batches, mean, std), rel=1e-5)


def identity():
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    return model


def test_by_hand():
    # Predictions 10, 14, 18 against 10, 15, 20: errors 0, 1, 2.
    batches = [
        (torch.tensor([[0.0], [1.0]]), torch.tensor([10.0, 15.0])),
        (torch.tensor([[2.0]]), torch.tensor([20.0])),
    ]
    assert rmse_in_units(identity(), batches, 10.0, 4.0) == pytest.approx(math.sqrt(5 / 3), rel=1e-5)


def test_a_perfect_model():
    x = torch.tensor([[1.0], [-2.0], [3.0]])
    assert rmse_in_units(identity(), [(x, x[:, 0] * 2 + 5)], 5.0, 2.0) == pytest.approx(0.0, abs=1e-6)


def test_the_mean_of_batches_is_not_the_mean_of_rows():
    batches = [(torch.zeros(9, 1), torch.zeros(9)), (torch.zeros(1, 1), torch.tensor([10.0]))]
    assert rmse_in_units(identity(), batches, 0.0, 1.0) == pytest.approx(math.sqrt(10.0), rel=1e-5)


def test_the_model_is_left_in_training_mode_and_unchanged():
    model = network()
    before = copy.deepcopy(model.state_dict())
    rmse_in_units(model, data([4]), 1.0, 2.0)
    assert all(module.training for module in model.modules())
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    model.eval()
    rmse_in_units(model, data([2]), 1.0, 2.0)
    assert all(module.training for module in model.modules())
