import jax
import jax.numpy as jnp


def huber_loss(params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float) -> jax.Array:
    """Mean Huber loss of the linear model ``x @ params["w"] + params["b"]``, of shape ().

    With the error e = prediction - target, the loss of a sample is ``e² / 2`` where ``|e| <= delta``, else
    ``delta * (|e| - delta / 2)``.

    Args:
        params: "w" of shape (F,) and "b" of shape ().
        x: shape (N, F).
        y: shape (N,).
        delta: greater than 0.
    """


def loss_and_gradients(
    params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """The loss, and its gradients with respect to the parameters, in a dict like ``params``."""
