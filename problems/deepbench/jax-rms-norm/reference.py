import jax
import jax.numpy as jnp


@jax.jit
def rms_norm(x: jax.Array, scale: jax.Array, eps: float = 1e-6) -> jax.Array:
    wide = x.astype(jnp.float32)
    mean_square = (wide**2).mean(axis=-1, keepdims=True)
    return (wide / jnp.sqrt(mean_square + eps) * scale).astype(x.dtype)
