import jax
import jax.numpy as jnp


def logistic_loss(w: jax.Array, x: jax.Array, y: jax.Array, decay: float) -> jax.Array:
    logits = x @ w
    # -log(sigmoid(z)) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z)
    return jnp.mean(jax.nn.softplus((1.0 - 2.0 * y) * logits)) + 0.5 * decay * jnp.sum(w * w)


def train(
    w: jax.Array, x: jax.Array, y: jax.Array, decay: float, rate: float, n_steps: int
) -> tuple[jax.Array, jax.Array]:
    w = jnp.asarray(w)

    def step(w: jax.Array, _: None) -> tuple[jax.Array, jax.Array]:
        loss, gradient = jax.value_and_grad(logistic_loss)(w, x, y, decay)
        return (w - rate * gradient).astype(w.dtype), loss

    return jax.lax.scan(step, w, None, length=n_steps)
