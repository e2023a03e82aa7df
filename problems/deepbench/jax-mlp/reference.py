import math

import jax
import jax.numpy as jnp


def init_mlp(key: jax.Array, sizes: list[int]) -> list[dict[str, jax.Array]]:
    params = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        key, own = jax.random.split(key)
        params.append({"w": jax.random.normal(own, (n_in, n_out)) * math.sqrt(2 / n_in), "b": jnp.zeros(n_out)})
    return params


@jax.jit
def apply_mlp(params: list[dict[str, jax.Array]], x: jax.Array) -> jax.Array:
    for layer in params[:-1]:
        x = jax.nn.relu(x @ layer["w"] + layer["b"])
    return x @ params[-1]["w"] + params[-1]["b"]
