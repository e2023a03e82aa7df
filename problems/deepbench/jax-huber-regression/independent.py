import jax
import jax.numpy as jnp


def huber_loss(params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float) -> jax.Array:
    error = x @ params["w"] + params["b"] - y
    size = jnp.abs(error)
    small = size <= delta
    quadratic = jnp.where(small, error, 0.0) ** 2 / 2
    linear = delta * (size - delta / 2)
    return jnp.where(small, quadratic, linear).mean()


def loss_and_gradients(
    params: dict[str, jax.Array], x: jax.Array, y: jax.Array, delta: float
) -> tuple[jax.Array, dict[str, jax.Array]]:
    return jax.value_and_grad(huber_loss)(params, x, y, delta)
