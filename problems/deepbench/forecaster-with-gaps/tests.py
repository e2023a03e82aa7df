import math

import pytest
import torch
from solution import fit_forecaster

NAN = math.nan


def by_hand(windows, targets, lr, steps):
    windows, targets = windows.tolist(), targets.tolist()
    n_lags, horizon = len(windows[0]), len(targets[0])
    weight, bias, losses = [[0.0] * n_lags for _ in range(horizon)], [0.0] * horizon, []
    for _ in range(steps):
        slope, shift, squares = [[0.0] * n_lags for _ in range(horizon)], [0.0] * horizon, []
        for window, target in zip(windows, targets, strict=True):
            for h, wanted in enumerate(target):
                if wanted != wanted:
                    continue
                known = [(k, v) for k, v in enumerate(window) if v == v]
                error = sum(weight[h][k] * v for k, v in known) + bias[h] - wanted
                squares.append(error * error)
                shift[h] += 2 * error
                for k, v in known:
                    slope[h][k] += 2 * error * v
        n = len(squares)
        losses.append(sum(squares) / n)
        weight = [[w - lr * s / n for w, s in zip(*pair, strict=True)] for pair in zip(weight, slope, strict=True)]
        bias = [b - lr * s / n for b, s in zip(bias, shift, strict=True)]
    return weight, bias, losses


def make_case(seed, n, n_lags, horizon, gaps):
    generator = torch.Generator().manual_seed(seed)
    windows = torch.randn(n, n_lags, generator=generator, dtype=torch.float64)
    targets = torch.randn(n, horizon, generator=generator, dtype=torch.float64)
    for values in (windows, targets):
        values[torch.rand(values.shape, generator=generator) < gaps] = NAN
    targets[0, 0] = 1.5
    return windows, targets


def agree(got, want):
    weight, bias, losses = got
    assert not weight.requires_grad
    assert not bias.requires_grad
    assert torch.allclose(weight.double(), torch.tensor(want[0], dtype=torch.float64), rtol=1e-6, atol=1e-7)
    assert torch.allclose(bias.double(), torch.tensor(want[1], dtype=torch.float64), rtol=1e-6, atol=1e-7)
    assert losses == pytest.approx(want[2], rel=1e-6)
    assert all(isinstance(loss, float) for loss in losses)


@pytest.mark.parametrize(("n", "n_lags", "horizon", "gaps"), [(6, 3, 2, 0.0), (8, 4, 3, 0.3), (5, 1, 1, 0.5)])
def test_matches_plain_loops(n, n_lags, horizon, gaps):
    windows, targets = make_case(n, n, n_lags, horizon, gaps)
    before = windows.clone(), targets.clone()
    agree(fit_forecaster(windows, targets, 0.1, 4), by_hand(windows, targets, 0.1, 4))
    assert torch.equal(windows.nan_to_num(9.0), before[0].nan_to_num(9.0))
    assert torch.equal(targets.nan_to_num(9.0), before[1].nan_to_num(9.0))


def test_by_hand():
    windows = torch.tensor([[1.0, NAN], [2.0, 1.0]])
    targets = torch.tensor([[3.0, NAN], [NAN, 1.0]])
    weight, bias, losses = fit_forecaster(windows, targets, 0.5, 1)
    # Two targets, so the loss is (9 + 1) / 2, and each gradient is that of one target.
    assert losses == [5.0]
    assert weight.tolist() == [[1.5, 0.0], [1.0, 0.5]]
    assert bias.tolist() == [1.5, 0.5]


def test_a_column_without_any_target_stays_at_zero():
    windows, targets = make_case(3, 5, 2, 2, 0.0)
    targets[:, 1] = NAN
    weight, bias, losses = fit_forecaster(windows, targets, 0.2, 3)
    assert weight[1].tolist() == [0.0, 0.0]
    assert bias[1].item() == 0.0
    alone = fit_forecaster(windows, targets[:, :1], 0.2, 3)
    assert losses == pytest.approx(alone[2], rel=1e-9)
    assert torch.allclose(weight[:1], alone[0], rtol=1e-9)


def test_no_step():
    windows, targets = make_case(4, 3, 4, 2, 0.2)
    weight, bias, losses = fit_forecaster(windows, targets, 0.2, 0)
    assert weight.shape == (2, 4)
    assert bias.shape == (2,)
    assert weight.abs().sum().item() == bias.abs().sum().item() == 0.0
    assert losses == []


def test_single_precision():
    windows, targets = (values.float() for values in make_case(5, 4, 2, 2, 0.2))
    weight, bias, _ = got = fit_forecaster(windows, targets, 0.1, 3)
    assert weight.dtype == bias.dtype == torch.float32
    agree(got, by_hand(windows, targets, 0.1, 3))
