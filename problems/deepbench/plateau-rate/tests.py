import math
import random

import pytest
from solution import PlateauRate


def simulated(losses, rate, factor, patience, floor):
    """The rate after each loss, found from the whole history."""
    rates, since = [], 0  # `since`: where counting began
    for k, loss in enumerate(losses):
        past = [v for v in losses[:k] if v == v]
        if loss == loss and (not past or loss < min(past)):
            since = k + 1
        elif k + 1 - since == patience:
            rate, since = max(rate * factor, floor), k + 1
        rates.append(rate)
    return rates


@pytest.mark.parametrize(("seed", "patience", "floor"), [(0, 1, 0.0), (1, 2, 0.01), (2, 3, 0.1)])
def test_matches_a_simulation(seed, patience, floor):
    rng = random.Random(seed)
    losses = [math.nan if rng.random() < 0.15 else round(5 / (k + 1) + rng.random(), 1) for k in range(14)]
    schedule = PlateauRate(0.8, 0.5, patience, floor)
    got = [schedule.step(loss) for loss in losses]
    assert got == pytest.approx(simulated(losses, 0.8, 0.5, patience, floor), rel=1e-12)
    assert schedule.best == min(v for v in losses if v == v)
    assert schedule.rate == got[-1]


def test_by_hand_with_the_defaults():
    schedule = PlateauRate(1.0)
    assert schedule.rate == 1.0
    assert schedule.best == math.inf
    assert [schedule.step(v) for v in (3.0, 3.0, 4.0)] == [1.0, 1.0, 1.0]
    # The third without improvement; an equal loss is none.
    assert schedule.step(3.0) == pytest.approx(0.1)
    assert [schedule.step(v) for v in (5.0, 5.0)] == pytest.approx([0.1, 0.1])
    assert schedule.step(2.9) == pytest.approx(0.1)
    assert [schedule.step(v) for v in (2.95, 2.95, 2.95)] == pytest.approx([0.1, 0.1, 0.01])
    assert schedule.best == 2.9


def test_no_floor_by_default():
    schedule = PlateauRate(1e-3, 0.1, 1)
    schedule.step(1.0)
    assert [schedule.step(1.0) for _ in range(3)] == pytest.approx([1e-4, 1e-5, 1e-6])


def test_the_floor():
    schedule = PlateauRate(1.0, 0.5, 1, 0.3)
    schedule.step(1.0)
    assert [schedule.step(1.0) for _ in range(3)] == pytest.approx([0.5, 0.3, 0.3])


def test_nan_is_no_improvement():
    schedule = PlateauRate(1.0, 0.5, 2)
    assert [schedule.step(math.nan) for _ in range(2)] == [1.0, 0.5]
    assert schedule.best == math.inf
    assert schedule.step(7.0) == 0.5
    assert schedule.best == 7.0
    assert [schedule.step(v) for v in (math.nan, 8.0)] == [0.5, 0.25]


@pytest.mark.parametrize("factor", [0.0, 1.0, -0.5, math.nan])
def test_impossible_factors_are_refused(factor):
    with pytest.raises(ValueError):
        PlateauRate(0.1, factor)
