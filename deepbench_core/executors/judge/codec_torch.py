"""torch values: tensors of every dense and sparse layout, dtypes, devices, sizes, generators, packed sequences."""

from __future__ import annotations

import math
from typing import Any

import torch

from .codec import DECODERS, ENCODERS, LATE, SUBCLASS_ENCODERS, Decoder, Encoder, Malformed, ints
from .frames import WIRE_LIMIT

_DTYPES = {str(entry)[6:]: entry for entry in vars(torch).values() if isinstance(entry, torch.dtype)}
_LAYOUTS = {torch.sparse_csr: "csr", torch.sparse_csc: "csc", torch.sparse_bsr: "bsr", torch.sparse_bsc: "bsc"}


def plain(value: torch.Tensor) -> torch.Tensor:
    """The same numbers as an exact Tensor without a graph."""
    if type(value) is torch.Tensor or type(value) is torch.nn.Parameter:
        return value.detach()
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        value = torch.Tensor.detach(value)
        return value if type(value) is torch.Tensor else value.as_subclass(torch.Tensor)


def raw(value: torch.Tensor) -> Any:
    """The bytes of a dense tensor, in the order of its elements."""
    value = value.resolve_conj().resolve_neg().contiguous().view(-1)
    if not value.numel():
        return b""
    if value.stride(0) != 1:  # one element may have any stride and still count as contiguous
        value = torch.empty(value.shape, dtype=value.dtype).copy_(value)
    return value.view(torch.uint8).numpy()


def encode_data(encoder: Encoder, value: torch.Tensor) -> list[Any]:
    """A tensor's numbers, without its graph."""
    value = plain(value)
    dtype = str(value.dtype)[6:]
    if value.layout is torch.sparse_coo:
        parts = [value._indices(), value._values()]
        return ["Ts", list(value.shape), value.is_coalesced(), [encode_data(encoder, part) for part in parts]]
    if value.layout in _LAYOUTS:
        rows = value.layout in (torch.sparse_csr, torch.sparse_bsr)
        outer = (value.crow_indices(), value.col_indices()) if rows else (value.ccol_indices(), value.row_indices())
        return [
            "Tc",
            _LAYOUTS[value.layout],
            list(value.shape),
            [encode_data(encoder, part) for part in (*outer, value.values())],
        ]
    if value.layout is not torch.strided or dtype not in _DTYPES or value.is_quantized:
        raise TypeError(f"a tensor of layout {value.layout} and dtype {dtype} does not travel")
    if value.device.type == "meta":
        return ["Tm", dtype, list(value.shape)]
    if value.numel() * value.element_size() > WIRE_LIMIT:
        raise OverflowError(f"a tensor of {value.numel() * value.element_size()} bytes is too large to travel")
    stride = None if value.is_contiguous() or value.numel() < 2 else list(value.stride())
    if stride is not None and not _dense(value.shape, value.stride()):
        stride = None
    return ["T", dtype, list(value.shape), stride, encoder.buffer(raw(value))]


def _dense(shape: Any, stride: Any) -> bool:
    """Whether these strides walk through exactly as many elements as there are, as a transpose does."""
    want = 1
    for step, size in sorted(zip(stride, shape, strict=True)):
        if size == 1:
            continue
        if step != want:
            return False
        want *= size
    return True


def decode_data(decoder: Decoder, item: list[Any]) -> torch.Tensor:
    """The counterpart of `encode_data`."""
    if item[0] == "Ts":
        indices, values = (decode_data(decoder, part) for part in item[3])
        made = torch.sparse_coo_tensor(indices, values, ints(item[1]), check_invariants=True)
        return made._coalesced_(True) if item[2] is True else made
    if item[0] == "Tc":
        layout = next((key for key, label in _LAYOUTS.items() if label == item[1]), None)
        a, b, values = (decode_data(decoder, part) for part in item[3])
        return torch.sparse_compressed_tensor(a, b, values, ints(item[2]), layout=layout, check_invariants=True)
    dtype, shape = _DTYPES[item[1]], ints(item[2])
    if any(size < 0 for size in shape):
        raise Malformed("shape")
    if item[0] == "Tm":
        return torch.empty(shape, dtype=dtype, device="meta")
    if item[0] != "T":
        raise Malformed("tensor")
    count = math.prod(shape)
    data = decoder.buffer(item[4], count * dtype.itemsize)
    if count == 0:
        return torch.empty(shape, dtype=dtype)
    if dtype is torch.bool:  # 0 or 1: any other byte is true as well, and counts for more than one
        made = torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(shape) != 0
    else:
        made = torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
    if item[3] is not None:
        stride = ints(item[3])
        if len(stride) != len(shape) or not _dense(shape, stride):
            raise Malformed("stride")
        made = torch.empty_strided(shape, stride, dtype=dtype).copy_(made)
    return made


def _encode_tensor(encoder: Encoder, value: torch.Tensor) -> Any:
    bridge = encoder.peer.bridge if encoder.peer is not None else None

    def make() -> list[Any]:
        if bridge is not None:
            linked = bridge.encode(encoder, value)
            if linked is not None:
                return linked
        encoder.mutable.append(value)
        return ["TT", encode_data(encoder, value)]

    return encoder.shared(value, make)


def _decode_tensor(decoder: Decoder, item: list[Any]) -> torch.Tensor:
    made = decode_data(decoder, item[1])
    decoder.note(made, decoder.buffers[item[1][4]] if item[1][0] == "T" else None)
    return made


def changed(value: torch.Tensor, snapshot: Any) -> bool:
    """Whether a tensor was changed in place since it arrived."""
    if snapshot is None:
        return False
    data = raw(plain(value))
    return len(data) != len(snapshot) or memoryview(data) != snapshot


def _late(encoder: Encoder, value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return _encode_tensor(encoder, value)
    if isinstance(value, torch.Size):
        return ["tz", list(value)]
    if isinstance(value, torch.dtype):
        return ["td", str(value)[6:]]
    if isinstance(value, torch.device):
        return ["tv", str(value)]
    if isinstance(value, torch.layout):
        return ["ty", str(value)[6:]]
    if isinstance(value, torch.memory_format):
        return ["tf", str(value)[6:]]
    if type(value) is torch.Generator:
        encoder.mutable.append(value)
        return encoder.shared(value, lambda: ["tg", encode_data(encoder, value.get_state())])
    if isinstance(value, (torch.finfo, torch.iinfo)):
        return ["ti", value.dtype, isinstance(value, torch.finfo)]
    if type(value).__module__ == "torch.return_types":
        return ["tr", type(value).__name__, [encoder.value(part) for part in tuple(value)]]
    if isinstance(value, torch.nn.utils.rnn.PackedSequence):
        return ["tp", [encoder.value(part) for part in tuple(value)]]
    return None


def _decode_generator(decoder: Decoder, item: list[Any]) -> torch.Generator:
    made = torch.Generator()
    state = decode_data(decoder, item[1])
    made.set_state(state)
    decoder.note(made, state.numpy().tobytes())
    return made


def _layout(label: Any, kind: type) -> Any:
    found = getattr(torch, str(label), None)
    if not isinstance(found, kind):
        raise Malformed("layout")
    return found


def _decode_return_type(decoder: Decoder, item: list[Any]) -> Any:
    kind = vars(torch.return_types).get(str(item[1]))
    parts = [decoder.value(part) for part in item[2]]
    return kind(parts) if isinstance(kind, type) else tuple(parts)


ENCODERS[torch.Tensor] = _encode_tensor
ENCODERS[torch.nn.Parameter] = _encode_tensor
LATE.insert(0, _late)  # before namedtuples: a PackedSequence is one
SUBCLASS_ENCODERS.insert(0, (torch.Tensor, _encode_tensor))
DECODERS.update(
    {
        "TT": _decode_tensor,
        "L": lambda d, s: d.peer.bridge.decode_linked(d, s),
        "R": lambda d, s: d.peer.bridge.decode_input(d, s),
        "G": lambda d, s: d.peer.bridge.decode_output(d, s),
        "tz": lambda d, s: torch.Size(ints(s[1])),
        "td": lambda d, s: _DTYPES[s[1]],
        "tv": lambda d, s: torch.device(str(s[1])),
        "ty": lambda d, s: _layout(s[1], torch.layout),
        "tf": lambda d, s: _layout(s[1], torch.memory_format),
        "tg": _decode_generator,
        "ti": lambda d, s: (torch.finfo if s[2] else torch.iinfo)(_DTYPES[s[1]]),
        "tr": _decode_return_type,
        "tp": lambda d, s: torch.nn.utils.rnn.PackedSequence(*[d.value(part) for part in s[1]]),
    }
)
