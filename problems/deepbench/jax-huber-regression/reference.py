import jax
import jax.numpy as jnp


@jax.jit
def huber_loss(params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float) -> jax.Array:
    error = jnp.abs(x @ params["w"] + params["b"] - y)
    return jnp.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).mean()


@jax.jit
def loss_and_gradients(
    params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float
) -> tuple[jax.Array, dict[str, jax.Array]]:
    return jax.value_and_grad(huber_loss)(params, x, y, delta)
