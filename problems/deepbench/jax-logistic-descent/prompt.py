import jax
import jax.numpy as jnp


def logistic_loss(w: jax.Array, x: jax.Array, y: jax.Array, decay: float) -> jax.Array:
    """Mean binary cross-entropy of the logits ``x @ w``, plus ``decay / 2`` times the sum of the squares of ``w``.

    Args:
        w: shape (F,).
        x: shape (N, F).
        y: labels 0.0 and 1.0, shape (N,).

    Returns:
        Shape (). Finite for logits as large as ±500.
    """


def train(
    w: jax.Array, x: jax.Array, y: jax.Array, decay: float, rate: float, n_steps: int
) -> tuple[jax.Array, jax.Array]:
    """Full-batch gradient descent, as a ``jax.lax.scan`` over ``n_steps`` steps ``w - rate * gradient``.

    Returns:
        The last weights, and the losses (n_steps,): each that of the weights before its step.
    """
