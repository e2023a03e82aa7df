import random
import time

from solution import solve


def test_values():
    assert solve([1, 2, 1, 1, 3, 2]) == [1, 1, 2]


def test_is_quick():
    generator = random.Random(8)
    values = [generator.randrange(500) for _ in range(2000)]
    start = time.perf_counter()
    result = solve(values)
    assert time.perf_counter() - start < 0.5
    assert len(result) == len(values) - len(set(values))
