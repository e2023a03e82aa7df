import math

import pytest
import torch
from solution import clip_by_global_norm

HALF = {torch.float16: 1e-3, torch.bfloat16: 8e-3, torch.float32: 1e-6, torch.float64: 1e-12}


def norm_by_hand(gradients):
    return math.hypot(*(v for g in gradients if g is not None for v in g.double().flatten().tolist()))


def random_gradients(dtypes, scale=1.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = [(3, 4), (5,), (), (2, 1, 3)]
    return [
        (scale * torch.randn(shapes[k % 4], generator=generator, dtype=torch.float64)).to(dtype)
        for k, dtype in enumerate(dtypes)
    ]


def check_scaled(clipped, gradients, factor):
    assert len(clipped) == len(gradients)
    for got, gradient in zip(clipped, gradients, strict=True):
        if gradient is None:
            assert got is None
            continue
        assert got.dtype == gradient.dtype
        assert got.shape == gradient.shape
        want = gradient.double() * factor
        tiny = torch.finfo(gradient.dtype).smallest_normal * HALF[gradient.dtype]
        assert ((got.double() - want).abs() <= HALF[gradient.dtype] * want.abs() + tiny).all()


@pytest.mark.parametrize(
    "dtypes, max_norm",
    [([torch.float32] * 4, 0.1), ([torch.float64], 1.0), (list(HALF), 3.0), (list(HALF), 0.1)],
)
def test_scales_down_to_the_limit(dtypes, max_norm):
    gradients = random_gradients(dtypes, scale=10.0)
    copies, want = [g.clone() for g in gradients], norm_by_hand(gradients)
    clipped, norm = clip_by_global_norm(gradients, max_norm)
    assert isinstance(norm, float)
    assert norm == pytest.approx(want, rel=1e-6)
    check_scaled(clipped, gradients, max_norm / want)
    assert all(torch.equal(a, b) for a, b in zip(gradients, copies, strict=True))


@pytest.mark.parametrize("max_norm", [5.0, 5.1, math.inf])
def test_below_the_limit_nothing_changes(max_norm):
    gradients = [torch.tensor([3.0]), None, torch.tensor([[4.0]], dtype=torch.float16)]
    clipped, norm = clip_by_global_norm(gradients, max_norm)
    assert norm == 5.0
    assert [None if g is None else g.tolist() for g in clipped] == [[3.0], None, [[4.0]]]
    assert clipped[2].dtype == torch.float16


def test_just_above_the_limit():
    clipped, norm = clip_by_global_norm([torch.tensor([3.0, 4.0], dtype=torch.float64)], 4.999)
    assert norm == 5.0
    assert norm_by_hand(clipped) == pytest.approx(4.999, rel=1e-12)


def test_zeros_and_signs():
    gradients = [torch.tensor([0.0, -3.0]), torch.tensor([-1.0, 0.0, 0.0]), torch.zeros(2)]
    clipped, norm = clip_by_global_norm(gradients, 1.0)
    assert norm == pytest.approx(math.sqrt(10), rel=1e-6)
    check_scaled(clipped, gradients, 1 / math.sqrt(10))


def test_small_limit_is_met_exactly():
    gradients = random_gradients([torch.float64] * 3, scale=1e-7)
    clipped, _ = clip_by_global_norm(gradients, 1e-9)
    assert norm_by_hand(clipped) == pytest.approx(1e-9, rel=1e-9)


@pytest.mark.parametrize(
    "dtype, great, small",
    [
        (torch.float16, 6e3, 1e-5),
        (torch.bfloat16, 1e30, 1e-30),
        (torch.float32, 1e30, 1e-30),
        (torch.float64, 1e200, 1e-200),
    ],
)
def test_any_magnitude(dtype, great, small):
    for scale in (great, small):
        gradients = random_gradients([dtype] * 4, scale=scale, seed=3)
        want = norm_by_hand(gradients)
        clipped, norm = clip_by_global_norm(gradients, want / 2)
        assert norm == pytest.approx(want, rel=1e-6)
        check_scaled(clipped, gradients, 0.5)
        assert norm_by_hand(clip_by_global_norm(gradients, want * 1.001)[0]) == want


def test_a_factor_too_small_for_the_dtype():
    gradients = [torch.full((4,), 60000.0, dtype=torch.float16)]
    clipped, norm = clip_by_global_norm(gradients, 1e-3)
    assert norm == pytest.approx(120000.0, rel=1e-6)
    check_scaled(clipped, gradients, 1e-3 / norm_by_hand(gradients))


def test_none_stays_in_its_place():
    gradients = [None, *random_gradients([torch.float32] * 2, scale=5.0), None]
    clipped, norm = clip_by_global_norm(gradients, 1.0)
    assert norm == pytest.approx(norm_by_hand(gradients), rel=1e-6)
    check_scaled(clipped, gradients, 1.0 / norm_by_hand(gradients))


@pytest.mark.parametrize(
    "dtype, cases",
    [
        (torch.float16, [([math.inf], 1.0), ([math.nan], math.inf)]),
        (torch.bfloat16, [([-math.inf], math.inf), ([math.inf, math.nan], 1.0)]),
        (torch.float32, [([math.nan], 1.0), ([math.inf], math.inf)]),
        (torch.float64, [([math.inf, math.nan], math.inf), ([-math.inf], 1.0)]),
    ],
)
def test_not_finite_gives_nothing(dtype, cases):
    for bad, max_norm in cases:
        gradients = [torch.ones(2), None, *(torch.tensor([1.0, value], dtype=dtype) for value in bad), torch.ones(1)]
        clipped, norm = clip_by_global_norm(gradients, max_norm)
        assert clipped == [None] * len(gradients)
        assert norm == pytest.approx(math.nan if math.isnan(bad[-1]) else math.inf, nan_ok=True)


def test_infinity_and_nan_in_one_tensor():
    _, norm = clip_by_global_norm([torch.tensor([math.nan, math.inf, 1.0]), torch.tensor([math.inf])], 1.0)
    assert math.isnan(norm)


def test_norm_of_nothing_is_zero():
    for gradients in ([], [None, None], [torch.zeros(0)], [torch.zeros(3), None]):
        clipped, norm = clip_by_global_norm(gradients, 1.0)
        assert norm == 0.0
        assert [None if g is None else g.tolist() for g in clipped] == [
            None if g is None else g.tolist() for g in gradients
        ]


def test_limit_must_be_positive():
    for max_norm in (0.0, -1.0):
        with pytest.raises(ValueError):
            clip_by_global_norm([torch.ones(1)], max_norm)
