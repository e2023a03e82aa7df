import jax
import jax.numpy as jnp


def center_targets(
    centers: jax.Array, classes: jax.Array, sigmas: jax.Array, n_classes: int, size: tuple[int, int]
) -> jax.Array:
    """Target heat maps of an anchor-free detector, float32 of shape (H, W, n_classes).

    At row i and column j, an object with centre (r, c) gives ``exp(-((i - r)² + (j - c)²) / (2 * sigma²))`` on the
    map of its own class. Where several objects of a class meet, the greatest value counts; a class without objects
    has zeros everywhere.

    Args:
        centers: float array (M, 2), row and column of each object's centre. M may be 0.
        classes: int array (M,).
        sigmas: float array (M,), greater than 0.
        size: (H, W).
    """


def center_loss(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Penalty-reduced focal loss of heat maps, of shape ().

    With p = sigmoid(logit) and target t, a cell adds ``-(1 - p)² * log(p)`` where t is 1, and elsewhere
    ``-(1 - t)⁴ * p² * log(1 - p)``. The sum is divided by the number of cells with t = 1, or by 1 if there is none.
    It is finite and exact for logits as large as ±500.

    Args:
        logits: float array (H, W, C).
        targets: float array (H, W, C), in [0, 1].
    """
