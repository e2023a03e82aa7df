from typing import Any

import jax
import jax.numpy as jnp


def scaled_step(
    params: Any, grads: Any, state: dict[str, jax.Array], rate: float, interval: int
) -> tuple[Any, dict[str, jax.Array]]:
    """One step of gradient descent in half precision, where the loss was multiplied by a scale before the gradients.

    - If any number in ``grads`` is infinite or NaN, the step is skipped: parameters stay as they are, the scale is
      halved but never below 1, and the count of good steps starts again at 0.
    - Otherwise each parameter becomes ``parameter - rate * gradient / scale``, computed in float32 and with the dtype
      of the parameter. The count goes up by 1; when it reaches ``interval``, the scale is doubled and the count starts
      again at 0.

    It works within ``jax.jit``: no Python branch depends on the numbers.

    Args:
        params: nested dicts and lists of float32 arrays.
        grads: the same structure and shapes, float16, of the scaled loss.
        state: {"scale": float32 (), "good": int32 ()}.

    Returns:
        New parameters and new state, with the structure and dtypes of the old ones.
    """
