import numpy as np


def ndcg_at_k(scores: np.ndarray, relevance: np.ndarray, k: int) -> tuple[float, np.ndarray]:
    scores = np.asarray(scores)
    relevance = np.asarray(relevance)
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if scores.shape != relevance.shape:
        raise ValueError(f"shapes differ: {scores.shape} and {relevance.shape}")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN")

    n_users, n_items = scores.shape
    gains = np.exp2(relevance.astype(np.float64)) - 1.0
    discounts = 1.0 / np.log2(np.arange(2, min(k, n_items) + 2, dtype=np.float64))

    def dcg(ranked: np.ndarray) -> float:
        ranked = ranked[:k]
        return float(np.sum(ranked * discounts[: ranked.size]))

    ndcg = np.full(n_users, np.nan)
    for user in range(n_users):
        ideal = dcg(np.sort(gains[user])[::-1])
        if ideal == 0:
            continue
        ranked = scores[user] != -np.inf
        user_scores = scores[user][ranked]
        if user_scores.size == 0:
            ndcg[user] = 0.0
            continue
        order = np.argsort(user_scores, kind="stable")[::-1]
        user_scores = user_scores[order]
        user_gains = gains[user][ranked][order]
        # The expected gain at a position is the mean gain of the items that are tied there.
        starts = np.flatnonzero(np.concatenate([[True], user_scores[1:] != user_scores[:-1]]))
        sizes = np.diff(np.append(starts, user_scores.size))
        expected = np.repeat(np.add.reduceat(user_gains, starts) / sizes, sizes)
        ndcg[user] = dcg(expected) / ideal

    valid = ndcg[~np.isnan(ndcg)]
    return (float(valid.mean()) if valid.size else float("nan")), ndcg
