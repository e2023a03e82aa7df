import random

import numpy as np
import pytest
import torch
from solution import int8_linear, quantize_weight


def weight_rows(seed, outputs, inputs):
    """Rows scale * (k + r) with whole k in [-127, 127], |r| <= 0.3 and ±127 in every row: (weight, k, scale)."""
    rng = random.Random(seed)
    weight, integers, scales = [], [], []
    for _ in range(outputs):
        scale = 10 ** rng.uniform(-4, 1)
        ks = [rng.randint(-126, 126) for _ in range(inputs)]
        values = [scale * (k + rng.uniform(-0.3, 0.3)) for k in ks]
        at = rng.randrange(inputs)
        ks[at] = rng.choice([-127, 127])
        values[at] = scale * ks[at]
        weight.append(values)
        integers.append(ks)
        scales.append(scale)
    return torch.tensor(weight), integers, scales


@pytest.mark.parametrize(("outputs", "inputs"), [(1, 1), (7, 33), (2, 200)])
def test_weights(outputs, inputs):
    weight, integers, scales = weight_rows(inputs, outputs, inputs)
    before = weight.clone()
    q, scale = quantize_weight(weight)
    assert torch.equal(weight, before)
    assert (q.dtype, scale.dtype) == (torch.int8, torch.float32)
    assert q.tolist() == integers
    assert scale.tolist() == pytest.approx(scales, rel=1e-5)


def test_weights_by_hand():
    q, scale = quantize_weight(torch.tensor([[0.0, 0.0, 0.0], [254.0, -2.0, 2.9], [-1.27, 0.5, 0.0]]))
    assert q.tolist() == [[0, 0, 0], [127, -1, 1], [-127, 50, 0]]
    assert scale.tolist() == pytest.approx([1.0, 2.0, 0.01], rel=1e-6)


def test_weights_of_one_sign_stay_symmetric():
    q, scale = quantize_weight(torch.tensor([[1.0, 3.0], [-3.0, -1.0]]))
    assert q.tolist() == [[42, 127], [-127, -42]]
    assert scale.tolist() == pytest.approx([3 / 127] * 2, rel=1e-6)


def activation_row(rng, inputs, kind):
    """One row on a grid with a bit of noise: (values, whole multiples of the step, step)."""
    step = 10 ** rng.uniform(-3, 2)
    low = {"mixed": rng.randint(-254, -1), "positive": 0, "negative": -255}[kind]
    ks = [rng.randint(low + 1, low + 254) for _ in range(inputs)]
    values = [step * (k + rng.uniform(-0.3, 0.3)) for k in ks]
    for at, k in zip(rng.sample(range(inputs), 2), (low, low + 255), strict=True):
        ks[at] = k
        values[at] = step * k
    return values, ks, step


@pytest.mark.parametrize(
    ("shape", "inputs", "outputs", "kinds", "with_bias"),
    [
        ((), 5, 3, ["mixed"], False),
        ((), 5, 3, ["positive"], True),
        ((), 5, 3, ["negative"], False),
        ((4,), 16, 2, ["negative", "mixed", "positive", "mixed"], True),
        ((2, 3), 9, 6, ["mixed", "positive", "negative"] * 2, False),
        ((2, 3), 9, 6, ["positive", "negative", "mixed"] * 2, True),
        ((3,), 700, 4, ["mixed", "positive", "negative"], True),
    ],
)
def test_layer_matches_integer_sums(shape, inputs, outputs, kinds, with_bias):
    rng = random.Random(f"{shape} {kinds}")
    rows = [activation_row(rng, inputs, kind) for kind in kinds]
    q = [[rng.randint(-127, 127) for _ in range(inputs)] for _ in range(outputs)]
    scale = [10 ** rng.uniform(-3, 0) for _ in range(outputs)]
    bias = [rng.uniform(-1, 1) for _ in range(outputs)] if with_bias else None
    x = torch.tensor([values for values, _, _ in rows]).reshape(*shape, inputs)
    before = x.clone()
    got = int8_linear(
        x, torch.tensor(q, dtype=torch.int8), torch.tensor(scale), torch.tensor(bias) if with_bias else None
    )
    assert torch.equal(x, before)
    assert got.dtype == torch.float32
    assert tuple(got.shape) == (*shape, outputs)
    sums = np.array([ks for _, ks, _ in rows]) @ np.array(q).T
    want = np.array([[step] for _, _, step in rows]) * np.array(scale) * sums + np.array(bias or 0.0)
    np.testing.assert_allclose(got.reshape(len(rows), outputs).numpy(), want, rtol=5e-5, atol=5e-7)


def test_layer_by_hand():
    # Range [-1, 4.1] in steps of 0.02: zero point 50; 2.0 is 100 steps, 0.505 is 25.25 steps.
    x = torch.tensor([[-1.0, 4.1, 2.0, 0.505]])
    q = torch.tensor([[1, 1, 1, 1], [0, 0, 0, 100]], dtype=torch.int8)
    got = int8_linear(x, q, torch.tensor([0.5, 2.0]), torch.tensor([10.0, -1.0]))
    assert got[0].tolist() == pytest.approx([0.01 * (-50 + 205 + 100 + 25) + 10, 0.04 * 2500 - 1], rel=1e-5)


def test_halves_go_to_the_even_neighbour():
    q, scale = quantize_weight(torch.tensor([[127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -3.5]]))
    assert q.tolist() == [[127, 0, 2, 2, 0, -2, -4]]
    assert scale.tolist() == [1.0]
    # Range [-203, 307] in steps of 2: zero point 102. The greatest value would be 154 + 102 = 256, hence the clamp.
    x = torch.tensor([[-203.0, 307.0, 5.0, 7.0]])
    got = int8_linear(x, torch.eye(4, dtype=torch.int8), torch.ones(4))
    assert got.tolist() == [[-204.0, 306.0, 4.0, 8.0]]


def test_range_always_holds_zero():
    # All values near 5: the step is 5.1 / 255, not 0.1 / 255.
    x = torch.tensor([[5.0, 5.1, 5.004], [-5.0, -5.1, -5.004]])
    q = torch.tensor([[0, 0, 1]], dtype=torch.int8)
    got = int8_linear(x, q, torch.tensor([1.0]))
    assert got[:, 0].tolist() == pytest.approx([5.0, -5.0], rel=1e-5)


def test_rows_of_zeros_and_rows_of_their_own_range():
    x = torch.tensor([[0.0, 0.0], [1000.0, 0.0], [0.001, 0.0]])
    q = torch.tensor([[127, 3]], dtype=torch.int8)
    got = int8_linear(x, q, torch.tensor([0.1]), torch.tensor([0.5]))
    assert got[:, 0].tolist() == pytest.approx([0.5, 12700.5, 0.5127], rel=1e-5)


def test_the_sum_is_exact():
    # Large terms cancel down to one: float32 sums, int16 and int8 arithmetic all lose it.
    inputs = 9999
    q = torch.full((1, inputs), 127, dtype=torch.int8)
    q[0, 5000:] = -127
    q[0, 0] = 1
    x = torch.full((2, inputs), 255.0)
    x[0, -1] = 0.0
    x[1, -2:] = 254.0
    x = torch.cat([x, -x])
    got = int8_linear(x, q, torch.tensor([1.0]))
    assert got[:, 0].tolist() == (x.long() * q.long()).sum(dim=1).tolist()
    same = torch.full((1, 10000), 127, dtype=torch.int8)
    assert int8_linear(torch.full((1, 10000), 255.0), same, torch.tensor([1.0])).item() == pytest.approx(323850000.0)


def test_close_to_the_float_layer():
    generator = torch.Generator().manual_seed(0)
    weight, x = torch.randn(6, 64, generator=generator), torch.randn(5, 64, generator=generator)
    got = int8_linear(x, *quantize_weight(weight))
    # tolerance: 8 bits against full precision; the exact arithmetic is tested above
    assert (got - x @ weight.T).abs().max().item() <= 0.4


def test_no_rows():
    q, scale = quantize_weight(torch.ones(4, 3))
    assert tuple(int8_linear(torch.zeros(0, 3), q, scale).shape) == (0, 4)
    assert tuple(int8_linear(torch.zeros(2, 0, 3), q, scale).shape) == (2, 0, 4)


def test_wrong_rank_of_weight():
    for shape in ((4,), (2, 3, 4)):
        with pytest.raises(ValueError):
            quantize_weight(torch.ones(shape))


def test_wrong_number_of_inputs():
    q, scale = torch.ones(4, 3, dtype=torch.int8), torch.ones(4)
    for inputs in (1, 2, 4):
        with pytest.raises(ValueError):
            int8_linear(torch.ones(2, inputs), q, scale)
