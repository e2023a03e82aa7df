import torch


def region_phrase_step(
    vectors: torch.Tensor, regions: torch.Tensor, phrases: torch.Tensor, matches: torch.Tensor, lr: float
) -> tuple[torch.Tensor, float]:
    """One SGD step of the word vectors of a detector that is asked for phrases.

    The vector of a phrase is the mean of the vectors of its tokens, without padding (token 0). The score of a region
    and a phrase is their dot product, and its loss the binary cross-entropy of the score (a logit) with whether they
    match. The loss of the step is the mean over all pairs of a region and a phrase; phrases without any token besides
    padding take no part.

    Args:
        vectors: float tensor (V, D), a row for each token.
        regions: float tensor (R, D), R >= 1.
        phrases: int64 tensor (P, T) of tokens, padded with 0 anywhere; at least one phrase has a real token.
        matches: bool tensor (R, P).
        lr: learning rate.

    Returns:
        The new word vectors, without autograd history (those of padding and of tokens that do not occur are the same
        as before), and the loss before the step, as a float. The arguments are not changed.
    """
