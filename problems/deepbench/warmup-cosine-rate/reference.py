import math


def learning_rate(step: int, peak: float, warmup_steps: int, total_steps: int, floor: float = 0.0) -> float:
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    progress = min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2
