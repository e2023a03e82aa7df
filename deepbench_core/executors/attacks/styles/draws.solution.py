def solve(values):
    return sum(value * value for value in values)
