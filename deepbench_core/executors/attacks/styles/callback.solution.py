def solve(visit, values):
    for value in sorted(values):
        try:
            visit(value)
        except ValueError:
            continue
