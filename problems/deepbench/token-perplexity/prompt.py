import torch


class Perplexity:
    """Perplexity of a causal language model over a corpus seen in padded batches.

    The logits at position t predict the token at position t + 1. A token counts if it and the position just before it
    are both real (mask true): padding, on either side, is neither predicted nor predicted from, and the first token of
    a text does not count. The perplexity is exp of the mean negative log-likelihood of all counted tokens of all
    batches: every token weighs the same, whatever batch or text it is in.
    """

    def __init__(self) -> None: ...

    def update(self, logits: torch.Tensor, input_ids: torch.Tensor, mask: torch.Tensor) -> None:
        """Add a batch. Nothing handed over is changed.

        Args:
            logits: (B, T, V), of any float dtype: they are turned to float32 or better before anything is computed.
                Where they predict no counted token they may hold anything, NaN and inf included. Their magnitude can be
                1e4. They may require gradients; nothing here does.
            input_ids: int64 (B, T). At padding there may be any number, such as -100.
            mask: bool or integer (B, T); true or not 0 for real tokens.

        Raises:
            ValueError: if ``input_ids`` or ``mask`` is not of shape (B, T). Nothing is added then.
        """

    def compute(self) -> dict[str, float]:
        """Over everything added: {"tokens": number counted (int), "nll": mean negative log-likelihood, "perplexity"}.

        "nll" and "perplexity" are floats, NaN if no token was counted; "perplexity" is inf if exp overflows a float.
        More batches may be added afterwards.
        """
