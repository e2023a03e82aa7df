"""jax values: arrays, random keys, dtypes of its own; its functions by name.

Arrays can't be changed in place, so nothing is noted about them. A tracer exists inside a transformation only and
means nothing to the other process: `jax.grad` of the code's function has to be taken where the code is.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .codec import DECODERS, LATE, Decoder, Encoder, Malformed, Untravellable, ints
from .frames import WIRE_LIMIT

_words = str.split  # a line of words reads better than a column of strings

_DTYPES = {
    name: np.dtype(getattr(jnp, name))
    for name in _words(
        "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128 "
        "float8_e4m3fn float8_e5m2 "
    )
    if hasattr(jnp, name)
}
_KEYS = ("threefry2x32", "rbg", "unsafe_rbg")
_CALLABLES = tuple({type(jax.nn.relu), type(jnp.tanh), type(jnp.maximum)})  # jitted, with a rule of its own, ufunc


def _encode_array(encoder: Encoder, value: Any) -> list[Any]:
    if isinstance(value, jax.core.Tracer):
        raise Untravellable("a tracer does not leave its process: transform a function where it is defined")
    if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return ["jk", str(jax.random.key_impl(value)), _encode_array(encoder, jax.random.key_data(value))]
    if value.dtype.name not in _DTYPES:
        raise TypeError(f"an array of dtype {value.dtype} does not travel")
    if value.nbytes > WIRE_LIMIT:
        raise OverflowError(f"an array of {value.nbytes} bytes is too large to travel")
    flat = np.ascontiguousarray(np.asarray(value)).reshape(-1)
    return ["ja", value.dtype.name, list(value.shape), encoder.buffer(flat.view(np.uint8) if flat.size else b"")]


def _decode_array(decoder: Decoder, item: list[Any]) -> Any:
    dtype, shape = _DTYPES[item[1]], ints(item[2])
    if item[0] != "ja" or any(size < 0 for size in shape):
        raise Malformed("array")
    data = decoder.buffer(item[3], math.prod(shape) * dtype.itemsize)
    # Without 64 bits enabled here, jax would cut an array down and so hide the dtype that was sent.
    with jax.enable_x64(True):
        flat = np.frombuffer(data, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(bytes(data), dtype)
        return jnp.array(flat.reshape(shape), dtype=dtype)


def _decode_key(decoder: Decoder, item: list[Any]) -> Any:
    if item[1] not in _KEYS:
        raise Malformed("random key")
    return jax.random.wrap_key_data(_decode_array(decoder, item[2]), impl=item[1])


def _late(encoder: Encoder, value: Any) -> Any:
    if isinstance(value, jax.Array):
        return _encode_array(encoder, value)
    if isinstance(value, np.dtype) and value.kind == "V" and value.name in _DTYPES:
        return ["jd", value.name]
    if isinstance(value, _CALLABLES) and encoder.peer is not None:
        return encoder.peer.qualified(value)
    return None


LATE.append(_late)
DECODERS.update(
    {
        "ja": _decode_array,
        "jk": _decode_key,
        "jd": lambda d, s: _DTYPES[s[1]],
    }
)
