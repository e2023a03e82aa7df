import torch


def sample(weights: torch.Tensor, uniform: float) -> int:
    """The token that a uniform number draws from unnormalised probabilities ``weights``, float64 (V,), not all zero.

    It is the lowest token for which the sum of the weights up to and including its own is greater than ``uniform``
    times the sum of all. 0 <= uniform < 1. A token of weight 0 is never drawn.
    """


def verify(
    draft: list[int], draft_probs: torch.Tensor, target_probs: torch.Tensor, uniforms: list[float]
) -> list[int]:
    """Speculative decoding: keep what the target model accepts of a draft model's tokens, and add one token.

    The tokens are looked at in order. Token x at position i has the probability q = draft_probs[i, x] in the draft
    model and p = target_probs[i, x] in the target model; it is accepted if uniforms[i] * q < p. The first token that
    is not accepted ends the draft: it is replaced by :func:`sample` of the weights max(target - draft, 0) over all
    tokens at that position. If all are accepted, a token is drawn from the target model's probabilities at position K.
    Either draw uses uniforms[K].

    Args:
        draft: K >= 0 tokens.
        draft_probs: float64 tensor (K, V); rows sum to 1.
        target_probs: float64 tensor (K + 1, V); rows sum to 1.
        uniforms: K + 1 numbers in [0, 1).

    Returns:
        The accepted tokens and the one that was drawn, as ints. The arguments are not changed.
    """
