import jax
import jax.numpy as jnp


def tversky_loss(logits: jax.Array, labels: jax.Array, alpha: float, beta: float) -> jax.Array:
    n_classes = logits.shape[-1]
    logits = jnp.reshape(logits, (-1, n_classes))
    labels = jnp.reshape(labels, (-1,))
    valid = (labels != -1)[:, None]

    # Replaced before the softmax, so that whatever stands at ignored pixels gets a gradient of exactly 0.
    p = jax.nn.softmax(jnp.where(valid, logits, 0.0), axis=-1)
    y = jax.nn.one_hot(labels, n_classes, dtype=p.dtype)  # all 0 for -1
    tp = jnp.sum(p * y, axis=0)
    fp = jnp.sum(jnp.where(valid, p * (1 - y), 0.0), axis=0)
    fn = jnp.sum((1 - p) * y, axis=0)

    occurs = jnp.any(y > 0, axis=0)
    denominator = jnp.where(occurs, tp + alpha * fp + beta * fn, 1.0)
    losses = jnp.where(occurs, 1 - tp / denominator, 0.0)
    return jnp.sum(losses) / jnp.maximum(jnp.sum(occurs), 1)


def loss_and_gradient(logits: jax.Array, labels: jax.Array, alpha: float, beta: float) -> tuple[jax.Array, jax.Array]:
    return jax.value_and_grad(tversky_loss)(logits, labels, alpha, beta)
