import math

import pytest
import torch
from solution import weighted_quantile_loss


def by_hand(forecast, target, observed, quantiles):
    each = []
    for k, q in enumerate(quantiles):
        loss = size = 0.0
        for s in range(target.shape[0]):
            for h in range(target.shape[1]):
                if observed[s, h]:
                    y, f = target[s, h].item(), forecast[s, h, k].item()
                    loss += q * (y - f) if y >= f else (1 - q) * (f - y)
                    size += abs(y)
        each.append(2 * loss / size)
    return each


@pytest.mark.parametrize(
    ("shape", "quantiles"), [((1, 1), [0.5]), ((3, 3), [0.1, 0.5, 0.9]), ((4, 7), [0.3, 0.9]), ((5, 2), [0.05, 0.95])]
)
def test_matches_plain_loops(shape, quantiles):
    generator = torch.Generator().manual_seed(shape[1])
    target = torch.randn(shape, generator=generator) * 3
    forecast = target[..., None] + torch.randn(*shape, len(quantiles), generator=generator)
    observed = torch.rand(shape, generator=generator) < 0.7
    observed[0, 0] = True
    target[~observed], forecast[~observed] = math.nan, math.inf
    before = forecast.clone(), target.clone()
    mean, each = weighted_quantile_loss(forecast, target, observed, quantiles)
    assert torch.equal(forecast, before[0])
    assert torch.equal(target.nan_to_num(7), before[1].nan_to_num(7))
    want = by_hand(forecast, target, observed, quantiles)
    assert each == pytest.approx(want, rel=1e-9)
    assert mean == pytest.approx(sum(want) / len(want), rel=1e-9)
    assert isinstance(mean, float)


def test_by_hand():
    # Errors +2 and -1 at q = 0.9: 1.8 and 0.1; |y| sums to 5.
    forecast = torch.tensor([[[1.0], [-1.0]]])
    mean, each = weighted_quantile_loss(forecast, torch.tensor([[3.0, -2.0]]), torch.tensor([[True, True]]), [0.9])
    assert each == pytest.approx([2 * 1.9 / 5])
    assert mean == pytest.approx(0.76)


def test_the_median_is_the_absolute_error():
    target, forecast = torch.tensor([[1.0, 4.0], [2.0, 3.0]]), torch.zeros(2, 2, 1)
    assert weighted_quantile_loss(forecast, target, torch.ones(2, 2, dtype=torch.bool), [0.5])[0] == pytest.approx(1.0)


def test_series_are_not_averaged_one_by_one():
    target, forecast = torch.tensor([[1.0], [99.0]]), torch.tensor([[[2.0]], [[99.0]]])
    got = weighted_quantile_loss(forecast, target, torch.ones(2, 1, dtype=torch.bool), [0.5])[0]
    assert got == pytest.approx(0.01)


def test_small_values():
    target, forecast = torch.tensor([[0.25]]), torch.tensor([[[0.5]]])
    assert weighted_quantile_loss(forecast, target, torch.tensor([[True]]), [0.5])[0] == pytest.approx(1.0)


def test_accurate_where_float32_is_not():
    target = torch.tensor([[2.0**24, 1.0, 1.0, 1.0, 1.0]])
    got = weighted_quantile_loss(target[..., None] * 0, target, torch.ones(1, 5, dtype=torch.bool), [0.25])[0]
    assert got == pytest.approx(0.5, rel=1e-12)
    tenth = weighted_quantile_loss(torch.zeros(1, 1, 1), torch.ones(1, 1), torch.tensor([[True]]), [0.1])[0]
    assert tenth == pytest.approx(0.2, rel=1e-12)


def test_nothing_to_divide_by():
    for observed in (torch.tensor([[True, False]]), torch.tensor([[False, False]])):
        mean, each = weighted_quantile_loss(torch.ones(1, 2, 2), torch.tensor([[0.0, 5.0]]), observed, [0.1, 0.9])
        assert math.isnan(mean)
        assert [math.isnan(v) for v in each] == [True, True]


def test_a_forecast_for_each_quantile():
    with pytest.raises(ValueError):
        weighted_quantile_loss(torch.ones(2, 3, 1), torch.ones(2, 3), torch.ones(2, 3, dtype=torch.bool), [0.1, 0.9])
