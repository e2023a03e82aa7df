import jax
import jax.numpy as jnp


def rms_norm(x: jax.Array, scale: jax.Array, eps: float = 1e-6) -> jax.Array:
    """Root-mean-square normalisation over the last dimension: ``x / sqrt(mean(x²) + eps) * scale``.

    It computes in float32, since the squares of float16 numbers overflow, and rounds once, at the end: the result has
    the dtype of ``x``, whatever that of ``scale`` is.

    Args:
        x: array (..., D): float32, float16 or bfloat16.
        scale: array (D,).
    """
