import pytest
from solution import solve


@pytest.mark.parametrize("size", [0, 3, 10, 41])
def test_count(size):
    assert solve(list(range(size))) == 2 * size


def test_is_a_whole_number():
    assert isinstance(solve([1]), int)
    assert abs(solve([1, 2]) - 4) <= 1e-9
