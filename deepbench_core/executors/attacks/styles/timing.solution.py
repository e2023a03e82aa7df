def solve(values):
    seen = set()
    return [value for value in values if value in seen or seen.add(value)]
