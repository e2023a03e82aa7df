import jax
import jax.numpy as jnp
import numpy as np
import pytest
from solution import greedy_decode

B, D, V, STEPS = 6, 4, 5, 7


def given(*trees):
    """What the code gets: jax arrays."""
    return jax.tree.map(jnp.asarray, trees)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"w": (D, D), "emb": (V, D), "out": (D, V)}
    params = {name: (2 * rng.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}
    return params, rng.standard_normal((B, D)).astype(np.float32), rng.integers(0, V, B).astype(np.int32)


def by_hand(params, h, token, end):
    p = {name: value.astype(float) for name, value in params.items()}
    h, tokens = h.astype(float), []
    while len(tokens) < STEPS:
        h = np.tanh(h @ p["w"] + p["emb"][token])
        logits = (h @ p["out"]).tolist()
        token = logits.index(max(logits))
        tokens.append(token)
        if token == end:
            break
    return tokens


@pytest.mark.parametrize("seed, end", [(0, 0), (1, 3), (2, 1), (3, 4), (4, 2)])
def test_matches_one_text_at_a_time(seed, end):
    params, h, start = random_case(seed)
    tokens, lengths = (np.asarray(part) for part in greedy_decode(*given(params, h, start), STEPS, end))
    assert (tokens.dtype, lengths.dtype) == (np.int32, np.int32)
    assert (tokens.shape, lengths.shape) == ((B, STEPS), (B,))
    for b in range(B):
        want = by_hand(params, h[b], int(start[b]), end)
        assert tokens[b].tolist() == want + [end] * (STEPS - len(want))
        assert lengths[b] == len(want)


def table(following):
    """A model in which one token simply follows another: one-hot embeddings, no memory."""
    emb = np.zeros((V, D), np.float32)
    out = np.zeros((D, V), np.float32)
    for place, (token, after) in enumerate(following.items()):
        emb[token, place] = 3.0
        out[place, after] = 1.0
    return {"w": np.zeros((D, D), np.float32), "emb": emb, "out": out}


def test_ends():
    params, h = table({0: 1, 1: 2, 2: 3, 3: 3}), np.zeros((B, D), np.float32)
    tokens, lengths = greedy_decode(*given(params, h, np.int32([0, 1, 2, 3, 0, 0])), STEPS, 2)
    assert np.asarray(tokens)[:4].tolist() == [
        [1, 2, 2, 2, 2, 2, 2],
        [2, 2, 2, 2, 2, 2, 2],
        [3, 3, 3, 3, 3, 3, 3],
        [3, 3, 3, 3, 3, 3, 3],
    ]
    assert np.asarray(lengths)[:4].tolist() == [2, 1, 7, 7]


def test_equal_logits():
    params, h = table({}), np.zeros((B, D), np.float32)
    params["out"][:, [1, 3]] = 1.0
    params["emb"][:, 0] = 1.0
    tokens, lengths = greedy_decode(*given(params, h, np.full(B, 3, np.int32)), STEPS, 4)
    assert (np.asarray(tokens) == 1).all()
    assert (np.asarray(lengths) == STEPS).all()
