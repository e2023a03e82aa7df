import numpy as np


def ndcg_at_k(scores: np.ndarray, relevance: np.ndarray, k: int) -> tuple[float, np.ndarray]:
    if k < 1:
        raise ValueError("k must be at least 1")
    if scores.shape != relevance.shape:
        raise ValueError("scores and relevance differ in shape")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN")
    gains = np.exp2(relevance.astype(np.float64)) - 1
    n_items = scores.shape[1]
    discounts = np.where(np.arange(n_items) < k, 1 / np.log2(np.arange(n_items) + 2), 0.0)
    ndcg = np.full(len(scores), np.nan)
    for user, (score, gain) in enumerate(zip(scores, gains)):
        ideal = np.sort(gain)[::-1] @ discounts
        if ideal == 0:
            continue
        listed = score > -np.inf
        _, group = np.unique(-score[listed], return_inverse=True)
        sizes = np.bincount(group)
        # Every item of a tied group is equally likely at each of its positions: average gain times summed discounts.
        average = np.bincount(group, weights=gain[listed]) / sizes
        ndcg[user] = np.repeat(average, sizes) @ discounts[: len(group)] / ideal
    known = ndcg[~np.isnan(ndcg)]
    return float(known.mean()) if len(known) else float("nan"), ndcg
