import jax
import jax.numpy as jnp


@jax.jit
def tversky_loss(logits: jax.Array, labels: jax.Array, alpha: float, beta: float) -> jax.Array:
    n_classes = logits.shape[-1]
    y = jax.nn.one_hot(labels, n_classes)  # all zeros for -1
    p = jax.nn.softmax(logits) * (labels >= 0)[..., None]
    axes = (0, 1, 2)
    count, tp = y.sum(axes), (p * y).sum(axes)
    below = tp + alpha * (p.sum(axes) - tp) + beta * (count - tp)
    occurs = count > 0
    # An absent class may divide 0 by 0, and NaN gradients pass through a `where` behind it.
    index = tp / jnp.where(occurs, below, 1.0)
    return jnp.where(occurs, 1 - index, 0.0).sum() / jnp.maximum(occurs.sum(), 1)


@jax.jit
def loss_and_gradient(logits: jax.Array, labels: jax.Array, alpha: float, beta: float) -> tuple[jax.Array, jax.Array]:
    return jax.value_and_grad(tversky_loss)(logits, labels, alpha, beta)
