def solve(values):
    return list(dict.fromkeys(values))
