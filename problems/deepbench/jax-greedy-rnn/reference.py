import functools

import jax
import jax.numpy as jnp


@functools.partial(jax.jit, static_argnames="n_steps")
def greedy_decode(
    params: dict[str, jax.Array], h: jax.Array, start: jax.Array, n_steps: int, end: int
) -> tuple[jax.Array, jax.Array]:
    def step(carry: tuple[jax.Array, jax.Array, jax.Array], _: None) -> tuple[tuple[jax.Array, ...], jax.Array]:
        h, token, ended = carry
        h = jnp.tanh(h @ params["w"] + params["emb"][token])
        token = jnp.where(ended, end, (h @ params["out"]).argmax(axis=1)).astype(jnp.int32)
        return (h, token, ended | (token == end)), token

    running = jnp.zeros(len(start), bool)
    _, tokens = jax.lax.scan(step, (h, start.astype(jnp.int32), running), length=n_steps)
    ends = tokens == end
    before = (ends.cumsum(axis=0) == 0).sum(axis=0)  # a first end that is there counts as well
    return tokens.T, jnp.minimum(before + 1, n_steps).astype(jnp.int32)
