import torch


def mask_tokens(
    ids: torch.Tensor,
    special: torch.Tensor,
    choose: torch.Tensor,
    replace: torch.Tensor,
    random_ids: torch.Tensor,
    mask_id: int,
    share: float = 0.15,
) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = (choose < share) & ~torch.isin(ids, special)
    targets = torch.where(chosen, ids, -100)
    inputs = torch.where(chosen & (replace < 0.9), random_ids, ids)
    return inputs.masked_fill(chosen & (replace < 0.8), mask_id), targets
