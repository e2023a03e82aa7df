import math


def learning_rate(step: int, peak: float, warmup_steps: int, total_steps: int, floor: float = 0.0) -> float:
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    if step >= total_steps:
        return floor
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    weight = (1 + math.cos(math.pi * progress)) / 2
    return weight * peak + (1 - weight) * floor
