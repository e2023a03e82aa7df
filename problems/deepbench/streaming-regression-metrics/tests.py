import math

import pytest
import torch
from solution import RegressionMeter


def by_hand(predictions, targets):
    """Over all rows at once, in sums without rounding, target by target."""
    result = {"mae": [], "rmse": [], "r2": []}
    for guesses, truths in zip(predictions.double().T.tolist(), targets.double().T.tolist(), strict=True):
        pairs = [(p, t) for p, t in zip(guesses, truths, strict=True) if not math.isnan(t)]
        if not pairs:
            for values in result.values():
                values.append(math.nan)
            continue
        n = len(pairs)
        squared = math.fsum((p - t) ** 2 for p, t in pairs)
        mean = math.fsum(t for _, t in pairs) / n
        spread = math.fsum((t - mean) ** 2 for _, t in pairs)
        result["mae"].append(math.fsum(abs(p - t) for p, t in pairs) / n)
        result["rmse"].append(math.sqrt(squared / n))
        result["r2"].append(1 - squared / spread if len({t for _, t in pairs}) > 1 else math.nan)
    known = [v for v in result["r2"] if v == v]
    return result | {"r2_mean": sum(known) / len(known) if known else math.nan}


def check(got, want):
    assert set(got) == {"mae", "rmse", "r2", "r2_mean"}
    for key in ("mae", "rmse", "r2"):
        assert list(got[key]) == pytest.approx(want[key], rel=1e-6, abs=1e-9, nan_ok=True)
        assert {type(value) for value in got[key]} == {float}
    assert got["r2_mean"] == pytest.approx(want["r2_mean"], rel=1e-6, abs=1e-9, nan_ok=True)


def data(seed, n, k, offset=0.0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randn(n, k, generator=generator, dtype=torch.float64) * torch.arange(1, k + 1) + offset
    predictions = targets + torch.randn(n, k, generator=generator, dtype=torch.float64) * 0.5
    return predictions.to(dtype), targets.to(dtype)


@pytest.mark.parametrize("cuts, missing", [([9], 0.3), ([1] * 5, 0.3), ([9, 1], 0.3), ([4, 0, 3, 2], 0.0)])
def test_any_cut_into_batches(cuts, missing):
    n = sum(cuts)
    predictions, targets = data(1, n, 3)
    targets[torch.rand(n, 3, generator=torch.Generator().manual_seed(2)) < missing] = math.nan
    before = predictions.clone(), targets.clone()
    meter = RegressionMeter(3)
    for p, t in zip(predictions.split(cuts), targets.split(cuts), strict=True):
        meter.update(p, t)
    assert torch.equal(predictions, before[0])
    assert torch.equal(targets.nan_to_num(nan=77.0), before[1].nan_to_num(nan=77.0))
    check(meter.compute(), by_hand(predictions, targets))


def test_one_target_with_or_without_its_dimension():
    predictions, targets = data(3, 18, 1)
    meter = RegressionMeter()
    shapes = [((-1,), (-1,)), ((-1,), (-1, 1)), ((-1, 1), (-1,)), ((-1, 1), (-1, 1))]
    for p, t, (prediction_shape, target_shape) in zip(predictions.split(5), targets.split(5), shapes, strict=True):
        meter.update(p.reshape(prediction_shape), t.reshape(target_shape))
    check(meter.compute(), by_hand(predictions, targets))


def test_by_hand():
    meter = RegressionMeter(2)
    # Predictions may require gradients.
    meter.update(
        torch.tensor([[1.0, 9.0], [2.0, 0.0]], requires_grad=True), torch.tensor([[1.0, math.nan], [4.0, 4.0]])
    )
    meter.update(torch.tensor([[5.0, 3.0]]), torch.tensor([[4.0, 8.0]]))
    got = meter.compute()
    assert got["mae"] == pytest.approx([1.0, 4.5])
    assert got["rmse"] == pytest.approx([math.sqrt(5 / 3), math.sqrt(41 / 2)])
    # Spreads: values 1, 4, 4 give 6; values 4, 8 give 8.
    assert got["r2"] == pytest.approx([1 - 5 / 6, 1 - 41 / 8])
    assert got["r2_mean"] == pytest.approx((1 / 6 - 33 / 8) / 2)


@pytest.mark.parametrize(("offset", "dtype"), [([1e7, -1e7], torch.float64), ([1e4, -1e4], torch.float32)])
def test_large_means(offset, dtype):
    predictions, targets = data(4, 60, 2, torch.tensor(offset, dtype=torch.float64), dtype)
    meter = RegressionMeter(2)
    for p, t in zip(predictions.split(35), targets.split(35), strict=True):
        meter.update(p, t)
    check(meter.compute(), by_hand(predictions, targets))


@pytest.mark.parametrize("dtypes", [(torch.float16, torch.float32), (torch.bfloat16, torch.float64)])
def test_narrow_predictions(dtypes):
    predictions, targets = data(5, 20, 2)
    predictions, targets = predictions.to(dtypes[0]), targets.to(dtypes[1])
    meter = RegressionMeter(2)
    meter.update(predictions, targets)
    check(meter.compute(), by_hand(predictions, targets))


def test_squares_beyond_half_precision():
    half = RegressionMeter()
    half.update(torch.full((4,), 300.0, dtype=torch.float16), torch.zeros(4, dtype=torch.float16))
    assert half.compute()["rmse"] == [pytest.approx(300.0)]


def test_equal_targets_have_no_r2():
    meter = RegressionMeter(3)
    for _ in range(2):  # 0.1 added up leaves rounding noise
        meter.update(torch.ones(3, 3), torch.tensor([[0.1, 0.0, math.nan]] * 3, dtype=torch.float64))
    meter.update(torch.ones(1, 3), torch.tensor([[0.1, 1.0, 2.0]], dtype=torch.float64))
    got = meter.compute()
    assert math.isnan(got["r2"][0])
    assert math.isnan(got["r2"][2])
    assert got["r2"][1] == pytest.approx(1 - 6 / (6 / 7))
    assert got["r2_mean"] == pytest.approx(got["r2"][1])
    assert got["mae"] == pytest.approx([0.9, 6 / 7, 1.0])


def test_nothing_added_and_values_that_begin_late():
    meter = RegressionMeter(2)
    empty = [meter.compute()]
    meter.update(torch.zeros(0, 2), torch.zeros(0, 2))
    empty.append(meter.compute())
    for got in empty:
        assert all(math.isnan(value) for key in ("mae", "rmse", "r2") for value in got[key])
        assert [len(got[key]) for key in ("mae", "rmse", "r2")] == [2, 2, 2]
        assert math.isnan(got["r2_mean"])
    meter.update(torch.ones(2, 2), torch.tensor([[math.nan, -5.0], [math.nan, math.nan]]))
    meter.update(torch.tensor([[1.0, 0.0], [3.0, 0.0]]), torch.tensor([[2.0, -5.0], [4.0, math.nan]]))
    got = meter.compute()
    assert got["r2"] == pytest.approx([0.0, math.nan], nan_ok=True)
    assert got["mae"] == pytest.approx([1.0, 5.5])


def test_nearly_equal_targets_have_an_r2():
    meter = RegressionMeter()
    targets = torch.tensor([1e-9, 2e-9, 4e-9], dtype=torch.float64)
    meter.update(targets + 1e-9, targets)
    assert meter.compute()["r2"] == pytest.approx([1 - 3 / (14 / 3)], rel=1e-6)


def test_nan_predictions():
    meter = RegressionMeter(2)
    predictions, targets = data(6, 5, 2)
    predictions[1, 0] = math.nan
    predictions[3, 1] = math.nan
    targets[3, 1] = math.nan
    meter.update(predictions, targets)
    meter.update(*data(7, 5, 2))
    got = meter.compute()
    assert all(math.isnan(got[key][0]) for key in ("mae", "rmse", "r2"))
    keep = [0, 1, 2, 4]
    want = by_hand(*(torch.cat([a[keep, 1:], b[:, 1:]]) for a, b in zip((predictions, targets), data(7, 5, 2))))
    assert [got[key][1] for key in ("mae", "rmse", "r2")] == pytest.approx([want[k][0] for k in ("mae", "rmse", "r2")])
    assert got["r2_mean"] == pytest.approx(want["r2"][0])


@pytest.mark.parametrize(
    ("n_targets", "shapes"),
    [
        (1, [((4,), (3,)), ((4, 1), (1, 1)), ((4, 2), (4, 2)), ((4, 1, 1), (4,))]),
        (
            2,
            [
                ((4,), (4, 2)),
                ((4, 2), (4,)),
                ((2,), (2,)),
                ((4, 2), (1, 2)),
                ((4, 1), (4, 2)),
                ((4, 2), (4, 3)),
            ],
        ),
    ],
)
def test_refused_batches_add_nothing(n_targets, shapes):
    meter = RegressionMeter(n_targets)
    predictions, targets = data(9, 6, n_targets)
    meter.update(predictions, targets)
    for prediction_shape, target_shape in shapes:
        with pytest.raises(ValueError):
            meter.update(torch.ones(prediction_shape), torch.zeros(target_shape))
    check(meter.compute(), by_hand(predictions, targets))
