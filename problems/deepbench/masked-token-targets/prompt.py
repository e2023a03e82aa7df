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
    """Make a masked language model's inputs and targets from given random numbers.

    A token is chosen if its number in ``choose`` is below ``share`` and it is not special. By its number in ``replace``,
    a chosen token becomes ``mask_id`` (below 0.8), or its token of ``random_ids`` (from 0.8 to below 0.9), or stays as
    it is. All other tokens stay.

    Args:
        ids: int64 (B, L).
        special: int64 (S,), ids that are never chosen (padding, begin, end, …); S may be 0.
        choose, replace: float tensors (B, L) with values in [0, 1).
        random_ids: int64 (B, L).

    Returns:
        The inputs, int64 (B, L), and the targets, int64 (B, L): the original id of each chosen token, also of those that
        stay, and -100 elsewhere. The arguments are not changed.
    """
