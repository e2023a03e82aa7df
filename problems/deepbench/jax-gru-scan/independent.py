import jax
import jax.numpy as jnp


def gru_cell(params: dict[str, jax.Array], h: jax.Array, x: jax.Array) -> jax.Array:
    xr, xz, xn = jnp.split(x @ params["wx"] + params["bx"], 3, axis=-1)
    hr, hz, hn = jnp.split(h @ params["wh"] + params["bh"], 3, axis=-1)
    r = jax.nn.sigmoid(xr + hr)
    z = jax.nn.sigmoid(xz + hz)
    n = jnp.tanh(xn + r * hn)
    return (1 - z) * n + z * h


def gru_sequence(
    params: dict[str, jax.Array], h: jax.Array, x: jax.Array, mask: jax.Array
) -> tuple[jax.Array, jax.Array]:
    h = jnp.asarray(h)

    def step(state, inputs):
        value, present = inputs
        new = gru_cell(params, state, value).astype(state.dtype)
        present = present[:, None]
        return jnp.where(present, new, state), jnp.where(present, new, jnp.zeros_like(new))

    last, outputs = jax.lax.scan(step, h, (x, mask))
    return outputs, last
