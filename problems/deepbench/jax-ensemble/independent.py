import jax
import jax.numpy as jnp


def stack_members(members: list[dict[str, jax.Array]]) -> dict[str, jax.Array]:
    return {name: jnp.stack([member[name] for member in members]) for name in members[0]}


def _predict(params: dict[str, jax.Array], x: jax.Array) -> jax.Array:
    return jnp.tanh(x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def predict_ensemble(stacked: dict[str, jax.Array], x: jax.Array) -> tuple[jax.Array, jax.Array]:
    predictions = jax.vmap(_predict, in_axes=(0, None))(stacked, x)
    return predictions.mean(axis=0), predictions.std(axis=0)
