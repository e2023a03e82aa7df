import jax
import jax.numpy as jnp


def fm_scores(params: dict[str, jax.Array], ids: jax.Array, values: jax.Array) -> jax.Array:
    """Scores (N,) of a factorisation machine of second order, for rows with up to K features that are not 0.

    A row has the features ``ids[n, k]`` with the values ``values[n, k]``. Its score is

        ``b + Σ_k w[id_k] * value_k + Σ_{k < l} (v[id_k] · v[id_l]) * value_k * value_l``.

    An id of -1 is padding and counts for nothing, whatever its value. If an id stands twice in a row, the two count
    as two features.

    Args:
        params: "b" of shape (), "w" of shape (F,), "v" of shape (F, D).
        ids: int array (N, K), from -1 to F - 1.
        values: float array (N, K), finite.
    """


def fm_loss_and_gradients(
    params: dict[str, jax.Array], ids: jax.Array, values: jax.Array, clicked: jax.Array
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """Mean logistic loss, and its gradients in a dict like ``params``.

    The loss of a row is -log(sigmoid(score)) if it was clicked, else -log(1 - sigmoid(score)); it is finite for
    scores as large as ±500. ``clicked`` is a float array (N,) of 0 and 1.
    """
