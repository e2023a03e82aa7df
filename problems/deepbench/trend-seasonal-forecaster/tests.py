import pytest
import torch
from solution import TrendSeasonalForecaster, decompose


def trend_by_hand(series, window):
    half, last = window // 2, len(series) - 1
    return [sum(series[max(0, min(last, t + k))] for k in range(-half, half + 1)) / window for t in range(len(series))]


def random_series(n, length, n_columns, seed=0):
    return torch.randn(n, length, n_columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("length, window", [(1, 1), (1, 3), (6, 3), (7, 1), (9, 5), (4, 11)])
def test_decompose(length, window):
    x = random_series(2, length, 3, seed=length)
    trend, rest = decompose(x.clone(), window)
    assert trend.shape == rest.shape == x.shape
    for b in range(2):
        for c in range(3):
            want = trend_by_hand(x[b, :, c].tolist(), window)
            assert trend[b, :, c].tolist() == pytest.approx(want, rel=1e-9, abs=1e-12)
    assert torch.allclose(rest, x - trend, atol=1e-12)


def test_decompose_worked_out_by_hand():
    trend, rest = decompose(torch.tensor([[[3.0], [6.0], [0.0]]]), 3)
    assert trend[0, :, 0].tolist() == pytest.approx([4.0, 3.0, 2.0])
    assert rest[0, :, 0].tolist() == pytest.approx([-1.0, 3.0, -2.0])


@pytest.mark.parametrize("window", [0, 2, -1, -3, 4])
def test_window_must_be_odd_and_positive(window):
    with pytest.raises(ValueError):
        decompose(torch.zeros(1, 5, 1), window)


@pytest.mark.parametrize("n, length, horizon, n_columns, window", [(1, 4, 1, 1, 3), (3, 6, 2, 4, 5), (2, 5, 7, 3, 1)])
def test_forecast(n, length, horizon, n_columns, window):
    model = TrendSeasonalForecaster(length, horizon, window)
    generator = torch.Generator().manual_seed(n)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    x = random_series(n, length, n_columns, seed=n).float()
    got = model(x)
    assert got.shape == (n, horizon, n_columns)
    for b in range(n):
        for c in range(n_columns):
            series = x[b, :, c].tolist()
            trend = trend_by_hand(series, window)
            for h in range(horizon):
                want = state["trend.bias"][h].item() + state["seasonal.bias"][h].item()
                for t in range(length):
                    want += state["trend.weight"][h, t].item() * trend[t]
                    want += state["seasonal.weight"][h, t].item() * (series[t] - trend[t])
                assert got[b, h, c].item() == pytest.approx(want, rel=1e-4, abs=1e-5)


def test_at_the_start_it_forecasts_the_mean():
    model = TrendSeasonalForecaster(5, 2, 3)
    state = model.state_dict()
    assert set(state) == {"trend.weight", "trend.bias", "seasonal.weight", "seasonal.bias"}
    assert state["trend.weight"].tolist() == state["seasonal.weight"].tolist() == [[pytest.approx(0.2)] * 5] * 2
    x = random_series(2, 5, 3).float()
    assert torch.allclose(model(x), x.mean(dim=1, keepdim=True).expand(2, 2, 3), atol=1e-5)


def test_all_parameters_are_trained():
    model = TrendSeasonalForecaster(5, 2, 3)
    model(random_series(2, 5, 3).float()).square().sum().backward()
    gradients = [p.grad for p in model.parameters()]
    assert len(gradients) == 4
    assert all(g.abs().max().item() > 0 for g in gradients)
