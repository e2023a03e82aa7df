def solve(values):
    return sorted(values)
