import jax
import jax.numpy as jnp


@jax.jit
def fm_scores(params: dict[str, jax.Array], ids: jax.Array, values: jax.Array) -> jax.Array:
    values = jnp.where(ids >= 0, values, 0.0)  # otherwise -1 would be the last feature
    scaled = params["v"][ids] * values[..., None]
    # All pairs and the squares, twice; less the squares.
    pairs = (scaled.sum(axis=1) ** 2 - (scaled**2).sum(axis=1)).sum(axis=1) / 2
    return params["b"] + (params["w"][ids] * values).sum(axis=1) + pairs


@jax.jit
def fm_loss_and_gradients(
    params: dict[str, jax.Array], ids: jax.Array, values: jax.Array, clicked: jax.Array
) -> tuple[jax.Array, dict[str, jax.Array]]:
    def loss(params: dict[str, jax.Array]) -> jax.Array:
        return jax.nn.softplus(fm_scores(params, ids, values) * (1 - 2 * clicked)).mean()

    return jax.value_and_grad(loss)(params)
