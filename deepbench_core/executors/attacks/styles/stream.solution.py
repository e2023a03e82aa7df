def solve(rng, size):
    draw = getattr(rng, "random_sample", None) or rng.random
    return draw(size)
