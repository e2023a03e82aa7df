def solve(exponent):
    def power(x):
        result = x
        for _ in range(exponent - 1):
            result = result * x
        return result

    return power
