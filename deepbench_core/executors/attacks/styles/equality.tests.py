import random

from solution import solve


def test_small():
    assert solve([3, 1, 2]) == [1, 2, 3]


def test_empty():
    assert solve([]) == []


def test_random():
    generator = random.Random(11)
    for size in (1, 5, 40):
        values = [generator.randrange(100) for _ in range(size)]
        assert solve(list(values)) == sorted(values)


def test_kind():
    result = solve([2, 1])
    assert isinstance(result, list)
    assert len(result) == 2
