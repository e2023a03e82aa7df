import jax
import jax.numpy as jnp


def greedy_decode(
    params: dict[str, jax.Array], h: jax.Array, start: jax.Array, n_steps: int, end: int
) -> tuple[jax.Array, jax.Array]:
    """Decode a batch of texts greedily with a recurrent language model.

    In each step, the last token t and the state h give the new state ``tanh(h @ params["w"] + params["emb"][t])``,
    and that gives the logits ``h @ params["out"]``. The next token is the one with the greatest logit; of equal ones,
    the one with the lowest id. Once a text has produced the token ``end``, all its later tokens are ``end`` too.

    Args:
        params: "w" (D, D), "emb" (V, D), "out" (D, V).
        h: initial states (B, D).
        start: first tokens, int32 (B,); they are not part of the result. A first token ``end`` does not end the text.
        n_steps: the number of tokens to produce, at least 1.

    Returns:
        Tokens, int32 (B, n_steps), and the lengths, int32 (B,): the number of tokens up to and including the first
        ``end``, or ``n_steps`` where there is none.
    """
