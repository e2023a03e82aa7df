import jax
import jax.numpy as jnp


def fm_scores(params: dict[str, jax.Array], ids: jax.Array, values: jax.Array) -> jax.Array:
    ids = jnp.asarray(ids)
    present = ids >= 0
    safe_ids = jnp.where(present, ids, 0)
    x = jnp.where(present, values, 0.0)
    linear = jnp.sum(params["w"][safe_ids] * x, axis=1)
    vectors = params["v"][safe_ids] * x[:, :, None]  # (N, K, D)
    # Each feature with the sum of those before it: linear in K, without the cancellation of (sum² - sum of squares).
    before = jnp.cumsum(vectors, axis=1)[:, :-1]
    pairs = jnp.sum(before * vectors[:, 1:], axis=(1, 2))
    return params["b"] + linear + pairs


def fm_loss_and_gradients(
    params: dict[str, jax.Array], ids: jax.Array, values: jax.Array, clicked: jax.Array
) -> tuple[jax.Array, dict[str, jax.Array]]:
    def loss(params: dict[str, jax.Array]) -> jax.Array:
        scores = fm_scores(params, ids, values)
        return jnp.mean(jax.nn.softplus((1.0 - 2.0 * clicked) * scores))

    return jax.value_and_grad(loss)(params)
