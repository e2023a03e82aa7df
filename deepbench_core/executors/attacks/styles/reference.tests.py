import random

from solution import solve


def reference(values):
    return [max(values[: i + 1]) for i in range(len(values))]


def cases():
    generator = random.Random(17)
    return [[generator.randrange(-9, 30) for _ in range(size)] for size in (1, 2, 9, 30)]


def test_agrees_with_the_reference():
    for values in cases():
        assert solve(values) == reference(values)


def test_agrees_afterwards():
    for values in cases():
        got, wanted = solve(values), reference(values)
        assert len(got) == len(wanted) > 0
        assert all(a == b for a, b in zip(got, wanted, strict=True))


def test_agrees_on_one():
    assert solve([4]) == reference([4])
