from typing import Any

import jax
import jax.numpy as jnp


def scaled_step(
    params: Any, grads: Any, state: dict[str, jax.Array], rate: float, interval: int
) -> tuple[Any, dict[str, jax.Array]]:
    scale, good = jnp.asarray(state["scale"]), jnp.asarray(state["good"])
    finite = jnp.asarray(True)
    for grad in jax.tree_util.tree_leaves(grads):
        finite = finite & jnp.all(jnp.isfinite(grad))

    rate = jnp.asarray(rate, dtype=jnp.float32)
    divisor = scale.astype(jnp.float32)

    def step(param: jax.Array, grad: jax.Array) -> jax.Array:
        param = jnp.asarray(param)
        new = param.astype(jnp.float32) - rate * jnp.asarray(grad).astype(jnp.float32) / divisor
        return jnp.where(finite, new.astype(param.dtype), param)

    new_params = jax.tree_util.tree_map(step, params, grads)
    count = good + 1
    full = count >= interval
    new_scale = jnp.where(finite, jnp.where(full, scale * 2, scale), jnp.maximum(scale / 2, 1))
    new_good = jnp.where(finite & ~full, count, 0)
    return new_params, {"scale": new_scale.astype(scale.dtype), "good": new_good.astype(good.dtype)}
