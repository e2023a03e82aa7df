import copy

import pytest
import torch
from solution import forecast
from torch import nn


def network(window, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(window, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Dropout(0.5), nn.Linear(5, 1))
    model[1].running_mean += 0.3
    return model


def by_hand(model, history, window, steps):
    model = copy.deepcopy(model).double().eval()
    result = []
    for series in history.double().tolist():
        past = series[len(series) - window :]
        mean = sum(past) / window
        std = (sum((v - mean) ** 2 for v in past) / window) ** 0.5
        std = std if std >= 1e-6 else 1.0
        line = [(v - mean) / std for v in past]
        for _ in range(steps):
            line.append(model(torch.tensor([line[len(line) - window :]], dtype=torch.float64)).item())
        result.append([v * std + mean for v in line[window:]])
    return result


@pytest.mark.parametrize(("b", "t", "window", "steps"), [(1, 4, 4, 1), (3, 9, 4, 3), (2, 6, 3, 8), (5, 5, 1, 2)])
def test_matches_one_series_at_a_time(b, t, window, steps):
    model = network(window, seed=b)
    generator = torch.Generator().manual_seed(t)
    history = torch.randn(b, t, generator=generator) * torch.tensor([0.1, 5.0, 40.0, 1.0, 2.0])[:b, None] + 20
    before = history.clone()
    want = by_hand(model, history, window, steps)
    got = forecast(model, history, window, steps)
    assert torch.equal(history, before)
    assert got.shape == (b, steps)
    for row, expected in zip(got.tolist(), want, strict=True):
        assert row == pytest.approx(expected, rel=1e-4)


def linear(weights, bias=0.0):
    model = nn.Linear(len(weights), 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))
        model.bias.fill_(bias)
    return model


def test_by_hand():
    # mean 5, std 1: the window is (-1, 1). Sums of two: 0, 1, 1, 2, 3.
    got = forecast(linear([1.0, 1.0]), torch.tensor([[90.0, 4.0, 6.0]]), 2, 5)
    assert got[0].tolist() == pytest.approx([5.0, 6.0, 6.0, 7.0, 8.0])


def test_a_constant_series():
    got = forecast(linear([0.0, 1.0], 1.0), torch.tensor([[2.0, 2.0], [1.0, 3.0]]), 2, 3)
    assert got.tolist() == [pytest.approx([3.0, 4.0, 5.0]), pytest.approx([4.0, 5.0, 6.0])]


@pytest.mark.parametrize(("spread", "want"), [(1e-7, 1.0), (1.5e-6, 1.5e-6)])
def test_tiny_spreads(spread, want):
    history = torch.tensor([[-spread, spread]], dtype=torch.float64)
    got = forecast(linear([0.0, 0.0], 1.0).double(), history, 2, 1)
    assert got.item() == pytest.approx(want, rel=1e-9)


def test_evaluation_mode_and_no_traces():
    model = network(3).train()
    state = copy.deepcopy(model.state_dict())
    got = forecast(model, torch.randn(4, 5), 3, 2)
    assert not got.requires_grad
    assert not any(module.training for module in model.modules())
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())
