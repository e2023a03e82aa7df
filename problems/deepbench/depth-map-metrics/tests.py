import math
import statistics

import pytest
import torch
from solution import depth_metrics


def by_hand(predicted, depth, max_depth, align):
    images = []
    for prediction, truth in zip(predicted.flatten(1).tolist(), depth.flatten(1).tolist(), strict=True):
        pairs = [(p, d) for p, d in zip(prediction, truth, strict=True) if 0 < d <= max_depth]
        if not pairs:
            continue
        scale = statistics.median(d for _, d in pairs) / statistics.median(p for p, _ in pairs) if align else 1.0
        pairs = [(min(max(p * scale, 0.001), max_depth), d) for p, d in pairs]
        images.append(
            {
                "abs_rel": statistics.fmean(abs(p - d) / d for p, d in pairs),
                "rmse_log": math.sqrt(statistics.fmean((math.log(p) - math.log(d)) ** 2 for p, d in pairs)),
                "delta1": statistics.fmean(max(p / d, d / p) < 1.25 for p, d in pairs),
            }
        )
    return {key: statistics.fmean(image[key] for image in images) for key in images[0]}


def maps(seed, shape):
    generator = torch.Generator().manual_seed(seed)
    depth = torch.rand(shape, generator=generator) * 100 + 0.5
    predicted = depth * (1 + 0.4 * torch.randn(shape, generator=generator)).abs() + 0.01
    depth[torch.rand(shape, generator=generator) < 0.2] = 0.0
    depth[torch.rand(shape, generator=generator) < 0.1] = math.nan
    return predicted, depth


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize(("shape", "max_depth"), [((1, 3, 5), 80.0), ((3, 6, 4), 50.0), ((2, 8, 9), 200.0)])
def test_matches_plain_loops(shape, max_depth, align):
    predicted, depth = maps(shape[1], shape)
    before = predicted.clone(), depth.clone()
    got = depth_metrics(predicted, depth, max_depth, align)
    assert torch.equal(predicted, before[0])
    assert torch.equal(depth.nan_to_num(-1), before[1].nan_to_num(-1))
    assert all(isinstance(value, float) for value in got.values())
    assert got == pytest.approx(by_hand(predicted, depth, max_depth, align), rel=1e-5)


def test_by_hand():
    got = depth_metrics(torch.tensor([[[2.0, 3.0]]]), torch.tensor([[[1.0, 3.0]]]))
    assert got == pytest.approx({"abs_rel": 0.5, "rmse_log": math.log(2) / math.sqrt(2), "delta1": 0.5}, rel=1e-5)


def test_exactly_a_quarter_off_is_not_within_delta():
    got = depth_metrics(torch.tensor([[[5.0, 4.0, 4.0]]]), torch.tensor([[[4.0, 5.0, 4.0]]]))
    assert got["delta1"] == pytest.approx(1 / 3)


def test_aligning_removes_the_scale():
    depth = torch.tensor([[[1.0, 2.0], [4.0, 8.0]], [[3.0, 5.0], [0.0, 7.0]]])
    got = depth_metrics(depth * torch.tensor([0.1, 9.0])[:, None, None], depth, align=True)
    assert got == pytest.approx({"abs_rel": 0.0, "rmse_log": 0.0, "delta1": 1.0}, abs=1e-5)


def test_the_median_of_an_even_number():
    # Medians 3 (of 2 and 4) and 1, so the prediction is scaled by 3.
    got = depth_metrics(torch.tensor([[[1.0, 1.0]]]), torch.tensor([[[2.0, 4.0]]]), align=True)
    assert got["abs_rel"] == pytest.approx((0.5 + 0.25) / 2)


def test_predictions_are_clamped_after_aligning():
    got = depth_metrics(torch.tensor([[[500.0, 1e-9]]]), torch.tensor([[[80.0, 0.002]]]))
    assert got["abs_rel"] == pytest.approx(0.25, rel=1e-4)
    # Scaled by 10 / 1 to 10, 10 and 1000, which is clamped to 80.
    got = depth_metrics(torch.tensor([[[1.0, 1.0, 100.0]]]), torch.tensor([[[10.0, 10.0, 40.0]]]), align=True)
    assert got["abs_rel"] == pytest.approx(1 / 3)


def test_limits_of_valid_depth():
    got = depth_metrics(torch.tensor([[[40.0, 7.0, 7.0]]]), torch.tensor([[[80.0, 80.01, -1.0]]]))
    assert got["abs_rel"] == pytest.approx(0.5)


def test_images_weigh_the_same_and_empty_ones_do_not_count():
    predicted = torch.tensor([[[1.0, 1.0]], [[3.0, math.nan]], [[1.0, 1.0]]])
    depth = torch.tensor([[[1.0, 1.0]], [[1.0, 0.0]], [[0.0, math.nan]]])
    assert depth_metrics(predicted, depth)["abs_rel"] == pytest.approx(1.0)


def test_nothing_valid():
    got = depth_metrics(torch.ones(2, 2, 2), torch.zeros(2, 2, 2))
    assert got == pytest.approx({"abs_rel": math.nan, "rmse_log": math.nan, "delta1": math.nan}, nan_ok=True)
