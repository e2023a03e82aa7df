import jax
import jax.numpy as jnp


@jax.jit
def gru_cell(params: dict[str, jax.Array], h: jax.Array, x: jax.Array) -> jax.Array:
    xr, xz, xn = jnp.split(x @ params["wx"] + params["bx"], 3, axis=-1)
    hr, hz, hn = jnp.split(h @ params["wh"] + params["bh"], 3, axis=-1)
    z = jax.nn.sigmoid(xz + hz)
    n = jnp.tanh(xn + jax.nn.sigmoid(xr + hr) * hn)
    return (1 - z) * n + z * h


@jax.jit
def gru_sequence(
    params: dict[str, jax.Array], h: jax.Array, x: jax.Array, mask: jax.Array
) -> tuple[jax.Array, jax.Array]:
    def step(h: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        value, known = now
        h = jnp.where(known[:, None], gru_cell(params, h, value), h)
        return h, h * known[:, None]

    last, outputs = jax.lax.scan(step, h, (x, mask))
    return outputs, last
