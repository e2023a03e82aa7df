import math

import pytest
from solution import learning_rate


@pytest.mark.parametrize(
    ("peak", "warmup", "total", "floor"), [(0.1, 4, 20, 0.01), (3e-4, 0, 7, 0.0), (1.0, 1, 2, 0.5)]
)
def test_matches_the_formula(peak, warmup, total, floor):
    for step in range(total + 3):
        if step < warmup:
            want = peak / warmup * (step + 1)
        elif step >= total:
            want = floor
        else:
            angle = math.pi * (step - warmup) / (total - warmup)
            want = floor + 0.5 * (peak - floor) * (1 + math.cos(angle))
        assert learning_rate(step, peak, warmup, total, floor) == pytest.approx(want, rel=1e-12, abs=1e-15)


def test_by_hand():
    rates = [learning_rate(step, 8.0, 2, 6) for step in range(8)]
    assert rates == pytest.approx(
        [4.0, 8.0, 8.0, 4 + 4 * math.sqrt(0.5), 4.0, 4 - 4 * math.sqrt(0.5), 0.0, 0.0], abs=1e-12
    )


def test_the_floor_is_zero_by_default():
    assert learning_rate(100, 1.0, 5, 10) == pytest.approx(0.0, abs=1e-12)
    assert learning_rate(100, 1.0, 5, 10, 0.25) == pytest.approx(0.25)
