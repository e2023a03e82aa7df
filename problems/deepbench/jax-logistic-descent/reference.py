import functools

import jax


@jax.jit
def logistic_loss(w: jax.Array, x: jax.Array, y: jax.Array, decay: float) -> jax.Array:
    return jax.nn.softplus((1 - 2 * y) * (x @ w)).mean() + decay / 2 * (w**2).sum()


@functools.partial(jax.jit, static_argnames="n_steps")
def train(
    w: jax.Array, x: jax.Array, y: jax.Array, decay: float, rate: float, n_steps: int
) -> tuple[jax.Array, jax.Array]:
    def step(w: jax.Array, _: None) -> tuple[jax.Array, jax.Array]:
        loss, gradient = jax.value_and_grad(logistic_loss)(w, x, y, decay)
        return w - rate * gradient, loss

    return jax.lax.scan(step, w, length=n_steps)
