import jax
import jax.numpy as jnp


def tversky_loss(logits: jax.Array, labels: jax.Array, alpha: float, beta: float) -> jax.Array:
    """Tversky loss over all pixels of a batch together, of shape ().

    p is the softmax of the logits over the classes, y is 1 for a pixel's own class and 0 for the others. Per class,
    over the pixels whose label is not -1: TP = Σ p * y, FP = Σ p * (1 - y), FN = Σ (1 - p) * y. The loss is the mean
    of ``1 - TP / (TP + alpha * FP + beta * FN)`` over the classes that occur among these labels, or 0 if no class
    does.

    Args:
        logits: float array (N, H, W, C).
        labels: int array (N, H, W), from 0 to C - 1, or -1 for a pixel that is to be ignored.
        alpha, beta: weights, greater than 0.
    """


def loss_and_gradient(
    logits: jax.Array, labels: jax.Array, alpha: float, beta: float
) -> tuple[jax.Array, jax.Array]:
    """The loss and its gradient with respect to ``logits``, which is never NaN, and 0 at ignored pixels."""
