import functools

import jax
import jax.numpy as jnp


@functools.partial(jax.jit, static_argnames=("n_classes", "size"))
def center_targets(
    centers: jax.Array, classes: jax.Array, sigmas: jax.Array, n_classes: int, size: tuple[int, int]
) -> jax.Array:
    rows, columns = jnp.arange(size[0])[:, None], jnp.arange(size[1])
    distance = (rows - centers[:, :1, None]) ** 2 + (columns - centers[:, 1:, None]) ** 2
    bumps = jnp.exp(-distance / (2 * sigmas[:, None, None] ** 2))
    return (bumps[..., None] * jax.nn.one_hot(classes, n_classes)[:, None, None]).max(axis=0, initial=0.0)


@jax.jit
def center_loss(logits: jax.Array, targets: jax.Array) -> jax.Array:
    p = jax.nn.sigmoid(logits)
    is_center = targets == 1
    # log(1 - sigmoid(x)) would be -inf from x = 17 on.
    log = jax.nn.log_sigmoid(jnp.where(is_center, logits, -logits))
    weight = jnp.where(is_center, (1 - p) ** 2, (1 - targets) ** 4 * p**2)
    return -(weight * log).sum() / jnp.maximum(is_center.sum(), 1)
