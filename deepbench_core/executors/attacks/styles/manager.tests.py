import pytest
from solution import solve


def test_in_order():
    with solve([3, 1, 2]) as ordered:
        assert list(ordered) == [1, 2, 3]


def test_ends_what_it_is_for():
    with solve([1]):
        raise StopIteration


def test_lets_others_through():
    with pytest.raises(ValueError), solve([1]):
        raise ValueError
