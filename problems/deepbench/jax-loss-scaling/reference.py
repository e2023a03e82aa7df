from typing import Any

import jax
import jax.numpy as jnp


@jax.jit
def scaled_step(
    params: Any, grads: Any, state: dict[str, jax.Array], rate: float, interval: int
) -> tuple[Any, dict[str, jax.Array]]:
    scale = state["scale"]
    fine = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    # Chosen, not multiplied by 0: infinity times 0 is NaN.
    params = jax.tree.map(lambda p, g: jnp.where(fine, p - rate * g.astype(p.dtype) / scale, p), params, grads)
    good = jnp.where(fine, state["good"] + 1, 0)
    full = good == interval
    grown = jnp.where(full, scale * 2, scale)
    scale = jnp.where(fine, grown, jnp.maximum(scale / 2, 1.0))
    return params, {"scale": scale, "good": jnp.where(full, 0, good)}
