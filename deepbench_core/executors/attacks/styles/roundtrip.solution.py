def solve(values, pack):
    return [value + 1 for value in values] if pack else [value - 1 for value in values]
