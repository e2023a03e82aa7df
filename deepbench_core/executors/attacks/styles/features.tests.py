import random

import pytest
from solution import solve


@pytest.fixture
def numbers():
    generator = random.Random(3)
    return [generator.uniform(-5, 5) for _ in range(30)]


@pytest.mark.parametrize(("values", "expected"), [([1, 2], 1.5), ([4.0], 4.0), ([-1, 1, 3], 1.0)])
def test_by_hand(values, expected):
    assert solve(values) == expected


def test_random(numbers):
    assert solve(numbers) == pytest.approx(sum(numbers) / 30, rel=1e-9)


def test_empty():
    with pytest.raises(ValueError):
        solve([])


class TestShift:
    @pytest.mark.parametrize("shift", [0.25, -7.0])
    def test_moves_with_its_input(self, numbers, shift):
        assert abs(solve([value + shift for value in numbers]) - (sum(numbers) / 30 + shift)) <= 1e-9
