import torch
from torch import nn


def beam_search(
    model: nn.Module,
    prompt: list[int],
    beam_size: int,
    max_new_tokens: int,
    eos_id: int,
    length_penalty: float = 1.0,
) -> list[tuple[list[int], float]]:
    """Decode from a language model by beam search.

    ``model`` maps int64 token ids (B, T) to logits (B, T, V); the logits at the last position predict the next token.
    It is used in eval mode and without gradients, always on the whole sequence: the prompt and the tokens generated so
    far. The prompt's own tokens never count in what follows.

    There is one live hypothesis at first, without any token. At every step:

    - Each live hypothesis is extended by each of the V tokens. The sum of an extension is the log-probability of all
      its generated tokens together.
    - The ``beam_size`` extensions with the greatest sums are taken, or all if there are fewer. Equal sums are ranked
      by the rank of the hypothesis that was extended, then by the smaller token.
    - Those of them that end in ``eos_id`` are finished; the others, in the order of their ranks, are the live
      hypotheses of the next step. (So a finished hypothesis takes up one of the step's places, but none later.)

    Decoding goes on until no hypothesis is live or ``max_new_tokens`` steps are done; in the latter case the live ones
    count as finished as well. There is no other early stop.

    The score of a finished hypothesis is its sum divided by its length to the power ``length_penalty``; the length is
    the number of generated tokens, with ``eos_id`` if there is one.

    Args:
        model: the language model, possibly handed over in training mode. Its mode afterwards does not matter.
        prompt: token ids, at least one.
        beam_size: at least 1.
        max_new_tokens: at least 1.
        eos_id: the token that ends a hypothesis.
        length_penalty: any float; 0 compares plain sums.

    Returns:
        The finished hypotheses as (generated tokens, score), highest score first, at most ``beam_size`` of them. Equal
        scores keep the order in which the hypotheses finished: by step, then by rank; those that only the limit
        finished come after all others. Tokens are lists of int without the prompt, with ``eos_id`` if it was
        generated; scores are floats.

    Raises:
        ValueError: if ``beam_size`` or ``max_new_tokens`` is less than 1, or the prompt is empty.
    """
