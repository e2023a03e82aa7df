def solve(values):
    out = []
    for value in values:
        out.append(max(value, out[-1]) if out else value)
    return out
