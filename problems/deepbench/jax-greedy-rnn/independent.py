import jax
import jax.numpy as jnp


def greedy_decode(
    params: dict[str, jax.Array], h: jax.Array, start: jax.Array, n_steps: int, end: int
) -> tuple[jax.Array, jax.Array]:
    h = jnp.asarray(h, dtype=jnp.result_type(h, params["w"], params["emb"]))
    start = jnp.asarray(start, dtype=jnp.int32)

    def step(carry, _):
        h, token, done = carry
        h = jnp.tanh(h @ params["w"] + params["emb"][token])
        token = jnp.argmax(h @ params["out"], axis=-1).astype(jnp.int32)
        token = jnp.where(done, jnp.int32(end), token)
        return (h, token, done | (token == end)), (token, ~done)

    first = (h, start, jnp.zeros(start.shape, dtype=bool))
    _, (tokens, counted) = jax.lax.scan(step, first, None, length=n_steps)
    return tokens.T, counted.sum(axis=0).astype(jnp.int32)
