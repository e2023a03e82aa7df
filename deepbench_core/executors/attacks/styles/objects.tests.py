import pytest
from solution import solve


def test_runs():
    totals = solve([1, 2, 3])
    totals.add(4)
    assert totals.total() == 10
    assert totals.mean() == 2.5


def test_takes_what_it_is_given():
    totals = solve([])
    for value in (5, 6):
        totals.add(value=value)
    assert totals.total() == 11


def test_has_no_mean_of_nothing():
    totals = solve([])
    assert totals.total() == 0
    with pytest.raises(ZeroDivisionError):
        totals.mean()
