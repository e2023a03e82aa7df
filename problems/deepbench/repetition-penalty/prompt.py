import torch


def penalise_repetition(logits: torch.Tensor, generated: torch.Tensor, penalty: float) -> torch.Tensor:
    """Make tokens that a sequence already contains less likely as its next token.

    For every token that occurs in a row of ``generated``, that row's logit of the token is divided by ``penalty`` if
    it is positive, and multiplied by ``penalty`` otherwise. How often a token occurs makes no difference.

    Args:
        logits: float tensor (B, V), not changed.
        generated: int64 tensor (B, T), T >= 0: the tokens so far.
        penalty: at least 1.

    Returns:
        The new logits, (B, V).
    """
