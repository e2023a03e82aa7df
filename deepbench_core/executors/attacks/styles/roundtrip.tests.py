from solution import solve


def test_there_and_back():
    for values in ([1, 2, 3], [7, 7]):
        packed = solve(values, True)
        assert solve(packed, False) == values


def test_packs():
    assert solve([1, 5], True) == [2, 6]
