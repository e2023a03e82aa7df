import torch


def recommend(
    users: torch.Tensor,
    items: torch.Tensor,
    seen: list[list[int]],
    n: int,
    item_bias: torch.Tensor | None = None,
    batch_size: int = 1024,
) -> tuple[torch.Tensor, torch.Tensor]:
    if n < 1 or batch_size < 1:
        raise ValueError("n and batch_size must be at least 1")
    if len(seen) != len(users):
        raise ValueError("seen must have one list per user")
    top_ids = torch.full((len(users), n), -1, dtype=torch.int64)
    top_scores = torch.full((len(users), n), float("-inf"))
    for first in range(0, len(users), batch_size):
        rows = slice(first, first + batch_size)
        scores = users[rows] @ items.T
        if item_bias is not None:
            scores = scores + item_bias
        for row, hidden in zip(scores, seen[rows]):
            row[hidden] = float("-inf")
        # topk promises no order among equal scores.
        ranked, ids = torch.sort(scores, dim=1, descending=True, stable=True)
        ranked, ids = ranked[:, :n], ids[:, :n]
        top_ids[rows, : ids.shape[1]] = torch.where(ranked == float("-inf"), -1, ids)
        top_scores[rows, : ids.shape[1]] = ranked
    return top_ids, top_scores
