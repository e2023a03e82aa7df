import torch


def average_checkpoints(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several checkpoints (state dicts) of one model, entry by entry.

    Floating-point entries are averaged in float64 and then rounded to their dtype. Other entries, such as counters,
    are those of the last checkpoint.

    Args:
        states: the state dicts, oldest first. Not changed.

    Returns:
        A new state dict with the keys in the order of the first checkpoint; each tensor has the shape and dtype it has
        there and shares no memory with the arguments.

    Raises:
        ValueError: if there is no checkpoint, or if not all have the same set of keys.
    """
