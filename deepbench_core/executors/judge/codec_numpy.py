"""numpy and scipy.sparse: arrays, scalars, dtypes, masked arrays, random generators, sparse matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .codec import DECODERS, ENCODERS, LATE, SUBCLASS_ENCODERS, Decoder, Encoder, Malformed, ints
from .frames import WIRE_LIMIT

_KINDS = "biufcmMSU"


def _dtype(text: Any) -> np.dtype[Any]:
    if type(text) is not str or len(text) > 40:
        raise Malformed("dtype")
    dtype = np.dtype(text)
    if dtype.kind not in _KINDS or dtype.names or dtype.subdtype or dtype.hasobject:
        raise Malformed("dtype")
    return dtype


def _encode_array(encoder: Encoder, value: Any) -> list[Any]:
    value = np.ndarray.view(value, np.ndarray) if type(value) is not np.ndarray else value
    dtype = value.dtype
    if dtype.kind == "O":
        encoder.mutable.append(value)
        return ["no", list(value.shape), [encoder.value(item) for item in value.ravel().tolist()]]
    if dtype.names or dtype.kind not in _KINDS:
        raise TypeError(f"an array of dtype {dtype} does not travel")
    if value.nbytes > WIRE_LIMIT:
        raise OverflowError(f"an array of {value.nbytes} bytes is too large to travel")
    encoder.mutable.append(value)
    fortran = value.ndim > 1 and value.flags.f_contiguous and not value.flags.c_contiguous
    flat = np.ascontiguousarray(value.T if fortran else value).reshape(-1)
    return ["nd", dtype.str, list(value.shape), encoder.buffer(flat.view(np.uint8) if flat.size else b""), int(fortran)]


def _numbers(data: Any, dtype: np.dtype[Any]) -> Any:
    """Numbers over some bytes. Truth values are 0 or 1: any other byte is true as well, and counts for more."""
    return np.frombuffer(data, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(data, dtype)


def _decode_array(decoder: Decoder, item: list[Any]) -> Any:
    dtype, shape = _dtype(item[1]), ints(item[2])
    if any(size < 0 for size in shape):
        raise Malformed("shape")
    data = decoder.buffer(item[3], math.prod(shape) * dtype.itemsize)
    fortran = item[4] == 1
    made = _numbers(bytearray(data), dtype).reshape(shape[::-1] if fortran else shape)
    made = made.T if fortran else made
    decoder.note(made, data)
    return made


def _decode_objects(decoder: Decoder, item: list[Any]) -> Any:
    shape = ints(item[1])
    if math.prod(shape) != len(item[2]):
        raise Malformed("shape")
    made = np.empty(len(item[2]), dtype=object)
    decoder.note(made, None)
    number = len(decoder.mutable) - 1
    for i, part in enumerate(item[2]):
        made[i] = decoder.value(part)
    made = made.reshape(shape)
    decoder.mutable[number] = made
    decoder.snapshots[number] = list(made.ravel())
    return made


def changed(value: Any, snapshot: Any) -> bool:
    """Whether an array or a random generator was changed in place since it arrived."""
    if not isinstance(value, np.ndarray):
        return bool(state_of(value) != snapshot)
    if value.dtype.kind == "O":
        return any(a is not b for a, b in zip(value.ravel(), snapshot, strict=True))
    if value.nbytes != snapshot.nbytes:
        return True
    order = np.ascontiguousarray(value.T if value.ndim > 1 and not value.flags.c_contiguous else value)
    return not np.array_equal(order.reshape(-1).view(np.uint8), np.frombuffer(snapshot, np.uint8))


def _encode_scalar(encoder: Encoder, value: Any) -> Any:
    if not isinstance(value, np.generic):
        return None
    dtype = value.dtype
    if dtype.kind not in _KINDS:
        return None
    return ["ns", dtype.str, encoder.buffer(np.asarray(value).tobytes())]


def _decode_scalar(decoder: Decoder, item: list[Any]) -> Any:
    dtype = _dtype(item[1])
    return _numbers(bytes(decoder.buffer(item[2], dtype.itemsize)), dtype)[0]


def _late(encoder: Encoder, value: Any) -> Any:
    if isinstance(value, np.generic):
        return _encode_scalar(encoder, value)
    if isinstance(value, np.dtype):
        if value.names or value.kind not in _KINDS + "O":
            return None
        return ["nt_", value.str]
    if isinstance(value, np.ma.MaskedArray):
        data = np.ndarray.view(np.ma.getdata(value), np.ndarray)
        if encoder.peer is not None:
            encoder.peer.sent_masks = True
        return ["nm", encoder.value(data.copy()), encoder.value(np.ma.getmaskarray(value).copy()),
                encoder.value(np.asarray(value.fill_value))]  # fmt: skip
    if type(value) is np.random.Generator:
        bits = value.bit_generator
        encoder.mutable.append(value)
        return ["ng", type(bits).__name__, encoder.value(bits.state)]
    if type(value) is np.random.RandomState:
        encoder.mutable.append(value)
        return ["nr", encoder.value(value.get_state(legacy=True))]
    if type(value).__module__.startswith("scipy.sparse"):
        return _encode_sparse(encoder, value)
    return None


_BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def _decode_generator(decoder: Decoder, item: list[Any]) -> Any:
    if item[1] not in _BITS:
        raise Malformed("bit generator")
    bits = getattr(np.random, item[1])(0)
    made = np.random.Generator(bits)
    decoder.note(made, None)
    number = len(decoder.mutable) - 1
    wanted = decoder.value(item[2])
    _check_place(wanted["state"].get("pos", 0), 624)  # the library doesn't look, and reads behind its array
    _check_place(wanted.get("buffer_pos", 0), 4)
    bits.state = wanted
    decoder.snapshots[number] = state_of(made)
    return made


def _check_place(place: Any, last: int) -> None:
    if not 0 <= place <= last:
        raise Malformed("a place outside of a generator's state")


def _decode_random_state(decoder: Decoder, item: list[Any]) -> Any:
    made = np.random.RandomState(0)
    decoder.note(made, None)
    number = len(decoder.mutable) - 1
    wanted = decoder.value(item[1])
    _check_place(wanted["state"]["pos"] if type(wanted) is dict else wanted[2], 624)
    made.set_state(wanted)
    decoder.snapshots[number] = state_of(made)
    return made


def state_of(value: Any) -> str:
    """The state of a random generator, in a form that can be compared."""
    bits = value.bit_generator if type(value) is np.random.Generator else value
    state = bits.state if bits is not value else value.get_state(legacy=False)
    with np.printoptions(threshold=10_000):
        return repr(state)


def continue_from(value: Any, other: Any) -> None:
    """Bring a random generator to where another of its kind is."""
    if type(value) is np.random.Generator:
        value.bit_generator.state = other.bit_generator.state
    else:
        value.set_state(other.get_state())


def _decode_masked(decoder: Decoder, item: list[Any]) -> Any:
    """A masked array; the tests get its plain numbers unless they sent a masked one themselves.

    numpy's assertions pass over what is masked, so a mask that nobody asked for would agree with everything.
    """
    data, mask, fill = (decoder.value(part) for part in item[1:4])
    peer = decoder.peer
    if peer is not None and peer.side == "b" and not getattr(peer, "sent_masks", False):
        return data
    return np.ma.MaskedArray(data, mask=mask, fill_value=fill)


_COMPRESSED = ("csr", "csc", "bsr")


def _encode_sparse(encoder: Encoder, value: Any) -> Any:
    import scipy.sparse as sp

    if not sp.issparse(value):
        return None
    format_ = value.format
    is_array = isinstance(value, sp.sparray)
    if format_ in _COMPRESSED:
        parts = [value.data, value.indices, value.indptr]
    elif format_ == "dia":
        parts = [value.data, value.offsets]
    else:
        coo = value.tocoo()
        parts = [coo.data, *coo.coords]
    return ["sp", format_, is_array, list(value.shape), [encoder.value(np.asarray(part)) for part in parts]]


def _decode_sparse(decoder: Decoder, item: list[Any]) -> Any:
    import scipy.sparse as sp

    format_, is_array, shape = item[1], bool(item[2]), ints(item[3])
    if format_ not in (*_COMPRESSED, "dia", "coo", "lil", "dok"):
        raise Malformed("sparse format")
    parts = [decoder.value(part) for part in item[4]]
    kind = "array" if is_array else "matrix"
    if format_ in _COMPRESSED:
        return getattr(sp, f"{format_}_{kind}")(tuple(parts), shape=shape)
    if format_ == "dia":
        return getattr(sp, f"dia_{kind}")(tuple(parts), shape=shape)
    made = getattr(sp, f"coo_{kind}")((parts[0], tuple(parts[1:])), shape=shape)
    return made if format_ == "coo" else made.asformat(format_)


ENCODERS[np.ndarray] = _encode_array
LATE.append(_late)
SUBCLASS_ENCODERS.append((np.ndarray, _encode_array))
DECODERS.update(
    {
        "nd": _decode_array,
        "no": _decode_objects,
        "ns": _decode_scalar,
        "nt_": lambda d, s: np.dtype("O") if s[1] == "|O" else _dtype(s[1]),
        "nm": _decode_masked,
        "ng": _decode_generator,
        "nr": _decode_random_state,
        "sp": _decode_sparse,
    }
)
