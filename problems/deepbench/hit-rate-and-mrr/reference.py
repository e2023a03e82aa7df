def ranking_scores(recommended: list[list[int]], relevant: list[set[int]], k: int) -> dict[str, float]:
    if k < 1:
        raise ValueError("k must be at least 1")
    ranks = []
    for items, wanted in zip(recommended, relevant):
        if wanted:
            ranks.append(next((1 / rank for rank, item in enumerate(items[:k], start=1) if item in wanted), 0.0))
    n = len(ranks) or float("nan")
    return {"hit_rate": sum(rank > 0 for rank in ranks) / n, "mrr": sum(ranks) / n}
