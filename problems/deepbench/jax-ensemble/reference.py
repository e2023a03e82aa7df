import jax
import jax.numpy as jnp


def stack_members(members: list[dict[str, jax.Array]]) -> dict[str, jax.Array]:
    return jax.tree.map(lambda *arrays: jnp.stack(arrays), *members)


@jax.jit
def predict_ensemble(stacked: dict[str, jax.Array], x: jax.Array) -> tuple[jax.Array, jax.Array]:
    def predict(member: dict[str, jax.Array]) -> jax.Array:
        return jnp.tanh(x @ member["w1"] + member["b1"]) @ member["w2"] + member["b2"]

    predictions = jax.vmap(predict)(stacked)
    return predictions.mean(axis=0), predictions.std(axis=0)
