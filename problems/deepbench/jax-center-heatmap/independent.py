import jax
import jax.numpy as jnp


def center_targets(
    centers: jax.Array, classes: jax.Array, sigmas: jax.Array, n_classes: int, size: tuple[int, int]
) -> jax.Array:
    height, width = size
    centers = jnp.asarray(centers, jnp.float32).reshape(-1, 2)
    classes = jnp.asarray(classes, jnp.int32)
    sigmas = jnp.asarray(sigmas, jnp.float32)[:, None]
    # Distances in units of sigma, so that nothing is squared that might underflow to 0 / 0.
    rows = (jnp.arange(height, dtype=jnp.float32) - centers[:, :1]) / sigmas  # (M, H)
    cols = (jnp.arange(width, dtype=jnp.float32) - centers[:, 1:]) / sigmas  # (M, W)
    maps = jnp.exp(-0.5 * (rows[:, :, None] ** 2 + cols[:, None, :] ** 2))  # (M, H, W)
    targets = jnp.zeros((n_classes, height, width), jnp.float32).at[classes].max(maps)
    return jnp.moveaxis(targets, 0, -1)


def center_loss(logits: jax.Array, targets: jax.Array) -> jax.Array:
    logits, targets = jnp.asarray(logits), jnp.asarray(targets)
    is_center = targets == 1
    logits = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))
    targets = targets.astype(logits.dtype)
    # log(p) and log(1 - p) by log_sigmoid, 1 - p by sigmoid(-x): nothing saturates.
    at_center = -(jax.nn.sigmoid(-logits) ** 2) * jax.nn.log_sigmoid(logits)
    elsewhere = -((1 - targets) ** 4) * jax.nn.sigmoid(logits) ** 2 * jax.nn.log_sigmoid(-logits)
    total = jnp.where(is_center, at_center, elsewhere).sum()
    return total / jnp.maximum(is_center.sum(), 1).astype(total.dtype)
