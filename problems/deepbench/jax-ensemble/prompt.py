import jax
import jax.numpy as jnp


def stack_members(members: list[dict[str, jax.Array]]) -> dict[str, jax.Array]:
    """One dict for all members of an ensemble: each array gets a new first dimension, of the members."""


def predict_ensemble(stacked: dict[str, jax.Array], x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Mean and standard deviation of the members' predictions, both of shape (N,), computed with ``jax.vmap``.

    A member predicts ``tanh(x @ w1 + b1) @ w2 + b2``. The standard deviation over the M members divides by M.

    Args:
        stacked: from :func:`stack_members`: "w1" (M, F, H), "b1" (M, H), "w2" (M, H), "b2" (M,).
        x: shape (N, F).
    """
