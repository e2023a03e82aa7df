def ranking_scores(recommended: list[list[int]], relevant: list[set[int]], k: int) -> dict[str, float]:
    if k < 1:
        raise ValueError("k must be at least 1")
    hits = 0
    reciprocal = 0.0
    users = 0
    for items, wanted in zip(recommended, relevant):
        if len(wanted) == 0:
            continue
        users += 1
        for position, item in enumerate(items[:k], start=1):
            if item in wanted:
                hits += 1
                reciprocal += 1 / position
                break
    if users == 0:
        return {"hit_rate": float("nan"), "mrr": float("nan")}
    return {"hit_rate": hits / users, "mrr": reciprocal / users}
