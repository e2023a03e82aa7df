import jax
import jax.numpy as jnp


def init_mlp(key: jax.Array, sizes: list[int]) -> list[dict[str, jax.Array]]:
    """Parameters of a multilayer perceptron: one dict per layer, from input to output.

    Layer i has ``"w"`` of shape (sizes[i], sizes[i + 1]) and ``"b"`` of shape (sizes[i + 1],), float32. Weights are
    drawn from a normal distribution with mean 0 and standard deviation sqrt(2 / sizes[i]), each layer with random
    numbers of its own; biases are 0. The same key gives the same parameters.

    Args:
        key: a jax random key.
        sizes: at least two numbers: size of the input, of the hidden layers, of the output.
    """


def apply_mlp(params: list[dict[str, jax.Array]], x: jax.Array) -> jax.Array:
    """Logits: each layer is ``x @ w + b``, with ReLU after every layer but the last.

    ``x`` has shape (..., sizes[0]), the result (..., sizes[-1]).
    """
