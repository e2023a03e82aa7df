def solve(values):
    if not all(isinstance(value, int) for value in values):
        raise TypeError("integers only")
    total, out = 0, []
    for value in values:
        total += value
        out.append(total)
    return out
