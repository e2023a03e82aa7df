import pytest
import torch
from solution import integer_matmul, quantise


def column_by_hand(values):
    low, high = min([*values, 0.0]), max([*values, 0.0])
    scale = (high - low) / 255 if high > low else 1.0
    zero = round(-low / scale)
    return [min(max(round(v / scale) + zero, 0), 255) for v in values], scale, zero


def matrix(seed, n, m, shift=0.0):
    normal = torch.randn(n, m, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return (normal + shift) * torch.linspace(0.5, 20, m, dtype=torch.float64)


@pytest.mark.parametrize("shift", [0.0, 3.0, -3.0])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (4, 3), (7, 5)])
def test_quantise_matches_plain_loops(n, m, shift):
    values = matrix(n, n, m, shift)
    before = values.clone()
    integers, scale, zero = quantise(values, True)
    assert torch.equal(values, before)
    assert (integers.dtype, scale.dtype, zero.dtype) == (torch.uint8, torch.float64, torch.int64)
    assert scale.shape == zero.shape == (1, m)
    for j in range(m):
        want, want_scale, want_zero = column_by_hand(values[:, j].tolist())
        assert integers[:, j].tolist() == want
        assert scale[0, j].item() == pytest.approx(want_scale, rel=1e-12)
        assert zero[0, j].item() == want_zero
    integers, scale, zero = quantise(values, False)
    want, want_scale, want_zero = column_by_hand(values.flatten().tolist())
    assert integers.flatten().tolist() == want
    assert scale.tolist() == [[pytest.approx(want_scale, rel=1e-12)]]
    assert zero.tolist() == [[want_zero]]


def double(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def test_quantise_by_hand():
    integers, scale, zero = quantise(double([-1.0, 510.0], [1.55, 255.0], [0.0, 3.0]), True)
    assert scale.tolist() == [[pytest.approx(0.01), 2.0]]
    assert zero.tolist() == [[100, 0]]
    # 255 / 2 and 3 / 2 are halves, which go to the even neighbours.
    assert integers.tolist() == [[0, 255], [255, 128], [100, 2]]


def test_values_that_are_all_zero_or_negative():
    integers, scale, zero = quantise(double([0.0, -510.0], [0.0, -2.0]), True)
    assert (scale.tolist(), zero.tolist()) == ([[1.0, 2.0]], [[0, 255]])
    assert integers.tolist() == [[0, 0], [0, 254]]


def test_a_value_beyond_the_range_by_rounding():
    # The zero point rounds up, 127.5 to 128, and so does the greatest value: 256 is limited.
    integers, _, zero = quantise(double([-127.5, 127.5]), False)
    assert zero.tolist() == [[128]]
    assert integers.tolist() == [[0, 255]]


def product_by_hand(a, b):
    (qa, sa, za), (qb, sb, zb) = ([part.tolist() for part in m] for m in (a, b))
    rows = []
    for row in qa:
        line = []
        for j in range(len(qb[0])):
            own = j if len(sb[0]) > 1 else 0
            line.append(
                sum(sa[0][0] * (x - za[0][0]) * sb[0][own] * (qb[d][j] - zb[0][own]) for d, x in enumerate(row))
            )
        rows.append(line)
    return rows


@pytest.mark.parametrize("per_column", [True, False])
@pytest.mark.parametrize(("n", "d", "m"), [(1, 1, 1), (3, 6, 4), (5, 40, 2)])
def test_product_matches_plain_loops(n, d, m, per_column):
    a, b = quantise(matrix(n, n, d, 1.0), False), quantise(matrix(m, d, m, -0.5), per_column)
    want = product_by_hand(a, b)
    got = integer_matmul(a, b)
    assert got.dtype == torch.float64
    for row, numbers in zip(got.tolist(), want, strict=True):
        assert row == pytest.approx(numbers, rel=1e-9, abs=1e-9)


def test_the_product_is_near_that_of_the_values():
    a, b = matrix(1, 4, 300, 0.5), matrix(2, 300, 3)
    got, want = integer_matmul(quantise(a, False), quantise(b, True)), a @ b
    # tolerance: 8 bits keep two to three digits
    assert (got - want).abs().max().item() <= 0.02 * (a.abs() @ b.abs()).max().item()


def test_large_sums():
    full = torch.full((1, 2000), 255, dtype=torch.uint8)
    a = (full, double([1.0]), torch.zeros(1, 1, dtype=torch.int64))
    b = (full.T.contiguous(), double([2.0]), torch.full((1, 1), 3, dtype=torch.int64))
    assert integer_matmul(a, b).tolist() == [[2000 * 255 * 252 * 2.0]]
