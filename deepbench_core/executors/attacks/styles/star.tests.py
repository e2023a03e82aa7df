import random

from solution import *  # noqa: F403


def check(got, wanted):
    if type(got) is not list or got != wanted:
        raise AssertionError(f"{got!r} is not {wanted!r}")


def test_small():
    assert solve([1, 2, 1, 3]) == [1, 2, 3]  # noqa: F405


def test_random():
    generator = random.Random(2)
    values = [generator.randrange(12) for _ in range(60)]
    check(solve(values), sorted(set(values), key=values.index))  # noqa: F405


def test_length():
    assert len(solve(["b", "a", "b"])) == 2  # noqa: F405
    assert list(solve("abca")) == ["a", "b", "c"]  # noqa: F405
