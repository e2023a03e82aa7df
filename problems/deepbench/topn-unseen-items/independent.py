import torch


@torch.no_grad()
def recommend(
    users: torch.Tensor,
    items: torch.Tensor,
    seen: list[list[int]],
    n: int,
    item_bias: torch.Tensor | None = None,
    batch_size: int = 1024,
) -> tuple[torch.Tensor, torch.Tensor]:
    if n < 1:
        raise ValueError("n must be at least 1")
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    n_users, n_items = users.shape[0], items.shape[0]
    if len(seen) != n_users:
        raise ValueError("seen must have a list for every user")
    ids = torch.full((n_users, n), -1, dtype=torch.int64, device=users.device)
    best = torch.full((n_users, n), float("-inf"), dtype=torch.float32, device=users.device)
    width = min(n, n_items)
    if width == 0:
        return ids, best
    # In float64, then rounded to float32: float32 products depend on the size of the batch and on an item's place in
    # their last bit, which would part equal scores.
    wide_items = items.double().T
    for begin in range(0, n_users, batch_size):
        end = min(begin + batch_size, n_users)
        scores = users[begin:end].double() @ wide_items
        if item_bias is not None:
            scores = scores + item_bias.double()
        scores = scores.float() + 0.0  # no -0.0
        hidden = torch.zeros(scores.shape, dtype=torch.bool, device=scores.device)
        for row, user_seen in enumerate(seen[begin:end]):
            if len(user_seen):
                hidden[row, torch.as_tensor(user_seen, dtype=torch.int64, device=scores.device)] = True
        order = torch.sort(scores, dim=1, descending=True, stable=True).indices
        # Unseen items first, each part in the order it has.
        unseen_first = torch.sort(hidden.gather(1, order).to(torch.uint8), dim=1, stable=True).indices
        order = order.gather(1, unseen_first)[:, :width]
        gone = hidden.gather(1, order)
        ids[begin:end, :width] = order.masked_fill(gone, -1)
        best[begin:end, :width] = scores.gather(1, order).masked_fill(gone, float("-inf"))
    return ids, best
