import numpy as np


def off_policy_value(
    rewards: np.ndarray, logged: np.ndarray, target: np.ndarray, max_weight: float
) -> dict[str, float]:
    rewards = np.asarray(rewards, dtype=np.float64)
    logged = np.asarray(logged, dtype=np.float64)
    target = np.asarray(target, dtype=np.float64)
    if not (logged > 0).all():
        raise ValueError("logged probabilities must be greater than 0")
    with np.errstate(over="ignore"):
        weights = np.minimum(target / logged, max_weight)
    ips = float(np.mean(weights * rewards))
    largest = weights.max()
    if largest == 0:
        return {"ips": ips, "snips": float("nan"), "ess": 0.0}
    relative = weights / largest  # neither ratio depends on it, and squares can't underflow altogether
    total = relative.sum()
    return {
        "ips": ips,
        "snips": float((relative * rewards).sum() / total),
        "ess": float(total**2 / (relative**2).sum()),
    }
