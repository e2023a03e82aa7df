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
    masked = chosen & (replace < 0.8)
    randomised = chosen & (replace >= 0.8) & (replace < 0.9)
    inputs = ids.masked_fill(masked, mask_id)
    inputs = torch.where(randomised, random_ids, inputs)
    targets = ids.masked_fill(~chosen, -100)
    return inputs, targets
