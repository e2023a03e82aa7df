def learning_rate(step: int, peak: float, warmup_steps: int, total_steps: int, floor: float = 0.0) -> float:
    """The learning rate of a training step: linear warm-up, then half a cosine.

    - Before ``warmup_steps`` the rate is ``peak * (step + 1) / warmup_steps``, so that the first step already learns.
    - From there on it falls from ``peak`` at ``step == warmup_steps`` to ``floor`` at ``step == total_steps`` along half
      a cosine, and stays at ``floor`` afterwards.

    Args:
        step: number of steps done before this one, >= 0.
        peak: the highest rate.
        warmup_steps: length of the warm-up, >= 0 and less than ``total_steps``.
        total_steps: when the floor is reached.
        floor: the lowest rate after the warm-up, at most ``peak``.
    """
