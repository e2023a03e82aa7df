import jax
import jax.numpy as jnp


def gru_cell(params: dict[str, jax.Array], h: jax.Array, x: jax.Array) -> jax.Array:
    """One step of a gated recurrent unit, from states h (B, H) and inputs x (B, F) to the new states (B, H).

    ``params`` has ``"wx"`` (F, 3H), ``"wh"`` (H, 3H), ``"bx"`` (3H,) and ``"bh"`` (3H,). Split along the last
    dimension into three parts of size H, ``x @ wx + bx`` gives (xr, xz, xn), and ``h @ wh + bh`` gives (hr, hz, hn).
    With r = sigmoid(xr + hr), z = sigmoid(xz + hz) and n = tanh(xn + r * hn), the new state is
    ``(1 - z) * n + z * h``.
    """


def gru_sequence(
    params: dict[str, jax.Array], h: jax.Array, x: jax.Array, mask: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Runs the cell over time with ``jax.lax.scan``.

    Where the mask is False there is no value: the state stays as it was, and the output is 0. Elsewhere the output
    is the new state.

    Args:
        h: states before the first time (B, H).
        x: inputs (T, B, F), finite everywhere.
        mask: bool (T, B).

    Returns:
        Outputs (T, B, H) and the states after the last time (B, H).
    """
