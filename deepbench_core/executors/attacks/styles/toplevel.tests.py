from solution import solve

ORDERED = solve([3, 1, 2])


def test_orders():
    assert ORDERED == [1, 2, 3]


def test_empty():
    assert solve([]) == []
