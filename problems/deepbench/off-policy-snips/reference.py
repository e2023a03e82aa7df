import numpy as np


def off_policy_value(
    rewards: np.ndarray, logged: np.ndarray, target: np.ndarray, max_weight: float
) -> dict[str, float]:
    if not (logged > 0).all():
        raise ValueError("a logged probability is not greater than 0")
    weights = np.minimum(target / logged, max_weight)
    total = weights.sum()
    return {
        "ips": float((weights * rewards).mean()),
        "snips": float((weights * rewards).sum() / total) if total > 0 else float("nan"),
        "ess": float(total**2 / (weights**2).sum()) if total > 0 else 0.0,
    }
