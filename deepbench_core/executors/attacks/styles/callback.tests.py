from solution import solve


def test_visits_in_order():
    seen = []

    def visit(value):
        seen.append(value)
        assert seen == sorted(seen)

    solve(visit, [3, 1, 2, 9, 4])
    assert len(seen) == 5


def test_goes_on_after_an_error():
    seen = []

    def visit(value):
        seen.append(value)
        if value == 2:
            raise ValueError(value)

    solve(visit, [3, 2, 1])
    assert seen == [1, 2, 3]
