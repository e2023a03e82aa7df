"""Values as a JSON skeleton and raw buffers. Nothing is unpickled, and what arrives is of exact base types.

A JSON array is always `[tag, …]`; numbers, strings, booleans and null stand for themselves. Libraries add their own
types in `codec_numpy`, `codec_torch`, `codec_pandas` and `codec_jax`; what no codec knows is offered to the peer, which
may keep it and send a handle.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import keyword
import pathlib
import re
import types
import uuid
from collections.abc import Callable
from typing import Any

from .handles import COMPARING

_words = str.split  # a line of words reads better than a column of strings

MAX_DEPTH = 80
MAX_NODES = 4_000_000
MAX_INT_BITS = 1 << 20


class Untravellable(TypeError):
    """A value that neither travels nor can be kept behind a handle."""


class Malformed(Exception):
    """A skeleton that no honest peer sends."""


Encode = Callable[["Encoder", Any], Any]
Decode = Callable[["Decoder", list[Any]], Any]

ENCODERS: dict[type, Encode] = {}
SUBCLASS_ENCODERS: list[tuple[type, Encode]] = []  # bases whose subclasses travel as the base
DECODERS: dict[str, Decode] = {}
LATE: list[Callable[[Encoder, Any], Any]] = []  # by value of the object, tried before handles; None = not mine


class Encoder:
    """Encodes one message. `peer` decides about what is no plain value."""

    def __init__(self, peer: Any = None) -> None:
        self.peer = peer
        self.buffers: list[Any] = []
        self.memo: dict[int, int] = {}
        self.keep: list[Any] = []  # ids stay valid while the message is made
        self.depth = 0
        self.mutable: list[Any] = []  # tensors, arrays, lists, dicts, sets in the order in which they are sent
        self.grad_outputs: list[Any] = []

    def buffer(self, data: Any) -> int:
        """Add a bytes-like object; its number."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    def value(self, value: Any) -> Any:
        """The skeleton of any value."""
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if kind is str:
            return value
        if kind is int:
            return value if -(1 << 53) < value < 1 << 53 else _int(self, value)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Untravellable("a value nested too deeply, or one that contains itself")
        try:
            encode = ENCODERS.get(kind)
            if encode is not None:
                return encode(self, value)
            return self._unusual(value)
        finally:
            self.depth -= 1

    def _unusual(self, value: Any) -> Any:
        for late in LATE:
            skeleton = late(self, value)
            if skeleton is not None:
                return skeleton
        if self.peer is not None:
            skeleton = self.peer.export_by_kind(self, value)
            if skeleton is not None:
                return skeleton
        for base, encode in SUBCLASS_ENCODERS:
            if isinstance(value, base):
                return encode(self, value)
        if self.peer is None:
            raise Untravellable(f"a {type(value).__name__} does not travel between the test and the code")
        return self.peer.export(self, value)

    def shared(self, value: Any, make: Callable[[], list[Any]]) -> list[Any]:
        """Send an object once; later mentions in the same message refer to it."""
        known = self.memo.get(id(value))
        if known is not None:
            return ["=", known]
        number = len(self.memo)
        self.memo[id(value)] = number
        self.keep.append(value)
        return ["&", number, make()]


class Decoder:
    """Decodes one message; every size is checked before memory is asked for."""

    def __init__(self, buffers: list[memoryview], peer: Any = None) -> None:
        self.buffers = buffers
        self.peer = peer
        self.memo: dict[int, Any] = {}
        self.depth = 0
        self.nodes = 0
        self.mutable: list[Any] = []
        self.snapshots: list[Any] = []

    def buffer(self, number: Any, size: int | None = None) -> memoryview:
        """The buffer of that number, of exactly `size` bytes."""
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise Malformed("no such buffer")
        data = self.buffers[number]
        if size is not None and data.nbytes != size:
            raise Malformed(f"a buffer of {data.nbytes} bytes where {size} were announced")
        return data

    def value(self, skeleton: Any) -> Any:
        """The value of a skeleton."""
        kind = type(skeleton)
        if kind is not list:
            if kind is dict:
                raise Malformed("a bare object")
            return skeleton
        self.nodes += 1
        self.depth += 1
        if self.depth > MAX_DEPTH * 3 or self.nodes > MAX_NODES or not skeleton:
            raise Malformed("too large, too deep or empty")
        try:
            decode = DECODERS[skeleton[0]]
            return decode(self, skeleton)
        except (KeyError, IndexError, ValueError, TypeError, OverflowError, AttributeError) as error:
            raise Malformed(f"{skeleton[0]!r}: {type(error).__name__}: {error}"[:300]) from error
        finally:
            self.depth -= 1

    def note(self, value: Any, snapshot: Any) -> None:
        """Remember a mutable object and how it looked, so that a change in place can be found."""
        self.mutable.append(value)
        self.snapshots.append(snapshot)


def ints(value: Any, most: int = 64) -> tuple[int, ...]:
    """A short list of plain integers, as shapes are."""
    if type(value) is not list or len(value) > most or any(type(one) is not int for one in value):
        raise Malformed("not a list of integers")
    return tuple(value)


def name(value: Any) -> str:
    """A plain identifier; never one that has a meaning to Python itself."""
    if type(value) is str and value.startswith("__"):
        raise Malformed("a reserved name")
    if type(value) is not str or len(value) > 200 or not value.isidentifier() or keyword.iskeyword(value):
        raise Malformed("not a name")
    return value


def field_name(value: Any) -> str:
    """The name of a field or member: never one that Python, a library or the judge itself looks up on an object."""
    if name(value).startswith("_"):
        raise Malformed("a field with a leading underscore")
    return str(value)


def plain_names(names: Any) -> bool:
    """Whether an object's fields can travel by name; one with other fields stays behind a handle."""
    return all(type(one) is str and one.isidentifier() and not one.startswith("_") for one in names)


def _int(encoder: Encoder, value: int) -> list[Any]:
    number = int.__int__(value)
    if number.bit_length() > MAX_INT_BITS:
        raise OverflowError("an integer too large to travel")
    return ["i", format(number, "x")]


def _decode_int(_: Decoder, item: list[Any]) -> int:
    if type(item[1]) is not str or len(item[1]) > MAX_INT_BITS // 4 + 2:
        raise Malformed("integer")
    return int(item[1], 16)


def _sequence(tag: str, base: type) -> Encode:
    def encode(encoder: Encoder, value: Any) -> list[Any]:
        if base is list:
            encoder.mutable.append(value)
        elif base is collections.deque:
            encoder.mutable.append(None)
        one = encoder.value
        return [tag, *[one(item) for item in base.__iter__(value)]]

    return encode


def _decode_list(decoder: Decoder, item: list[Any]) -> list[Any]:
    number = len(decoder.mutable)
    made: list[Any] = []
    decoder.note(made, None)
    one = decoder.value
    made.extend([one(part) for part in item[1:]])
    decoder.snapshots[number] = list(made)
    return made


def encode_dict(tag: str) -> Encode:
    """Pairs behind a tag, for a dict and what is made like one."""

    def encode(encoder: Encoder, value: Any) -> list[Any]:
        encoder.mutable.append(value)
        one = encoder.value
        flat: list[Any] = [tag]
        if tag == "dd":
            factory = value.default_factory
            flat.append(factory.__name__ if factory in (int, float, list, dict, set, str) else None)
        for key, item in dict.items(value):
            flat.append(one(key))
            flat.append(one(item))
        return flat

    return encode


def fill_dict(decoder: Decoder, made: dict[Any, Any], parts: list[Any]) -> Any:
    """Put the pairs that `encode_dict` wrote into an empty mapping."""
    number = len(decoder.mutable)
    decoder.note(made, None)
    one = decoder.value
    for i in range(0, len(parts), 2):
        key = one(parts[i])
        made[key] = one(parts[i + 1])
    decoder.snapshots[number] = list(made.items())
    return made


_FACTORIES = {"int": int, "float": float, "list": list, "dict": dict, "set": set, "str": str}


def _bytes(tag: str) -> Encode:
    return lambda encoder, value: [tag, encoder.buffer(bytes(value))]


def _set(tag: str, base: type) -> Encode:
    def encode(encoder: Encoder, value: Any) -> list[Any]:
        if base is set:
            encoder.mutable.append(value)
        return [tag, *[encoder.value(item) for item in base.__iter__(value)]]

    return encode


def _decode_set(decoder: Decoder, item: list[Any]) -> set[Any]:
    made = {decoder.value(part) for part in item[1:]}
    decoder.note(made, set(made))
    return made


def _decode_deque(decoder: Decoder, item: list[Any]) -> collections.deque[Any]:
    parts = [decoder.value(part) for part in item[2:]]
    decoder.note(None, None)
    return collections.deque(parts, item[1] if type(item[1]) is int else None)


def _encode_deque(encoder: Encoder, value: Any) -> list[Any]:
    parts = [encoder.value(item) for item in value]
    encoder.mutable.append(None)
    return ["dq", value.maxlen, *parts]


def _register_builtins() -> None:
    ENCODERS.update(
        {
            list: _sequence("l", list),
            tuple: _sequence("t", tuple),
            dict: encode_dict("d"),
            collections.OrderedDict: encode_dict("od"),
            collections.defaultdict: encode_dict("dd"),
            collections.Counter: encode_dict("co"),
            collections.deque: _encode_deque,
            set: _set("S", set),
            frozenset: _set("F", frozenset),
            bytes: _bytes("b"),
            bytearray: _bytes("ba"),
            memoryview: _bytes("b"),
            complex: lambda e, v: ["c", v.real, v.imag],
            slice: lambda e, v: ["sl", e.value(v.start), e.value(v.stop), e.value(v.step)],
            range: lambda e, v: ["rg", e.value(v.start), e.value(v.stop), e.value(v.step)],
            type(Ellipsis): lambda e, v: ["..."],
            type(NotImplemented): lambda e, v: ["ni"],
            datetime.datetime: lambda e, v: ["dtm", "datetime", v.isoformat()],
            datetime.date: lambda e, v: ["dtm", "date", v.isoformat()],
            datetime.time: lambda e, v: ["dtm", "time", v.isoformat()],
            datetime.timedelta: lambda e, v: ["tdl", v.days, v.seconds, v.microseconds],
            decimal.Decimal: lambda e, v: ["dec", str(v)],
            fractions.Fraction: lambda e, v: ["fr", e.value(v.numerator), e.value(v.denominator)],
            uuid.UUID: lambda e, v: ["uu", v.hex],
            re.Pattern: lambda e, v: ["re", e.value(v.pattern), v.flags],
            types.SimpleNamespace: _encode_namespace,
            pathlib.PosixPath: lambda e, v: ["pp", str(v)],
            pathlib.PurePosixPath: lambda e, v: ["pp", str(v)],
        }
    )
    DECODERS.update(
        {
            "i": _decode_int,
            "l": _decode_list,
            "t": lambda d, s: tuple([d.value(part) for part in s[1:]]),
            "d": lambda d, s: fill_dict(d, {}, s[1:]),
            "od": lambda d, s: fill_dict(d, collections.OrderedDict(), s[1:]),
            "co": lambda d, s: fill_dict(d, collections.Counter(), s[1:]),
            "dd": lambda d, s: fill_dict(d, collections.defaultdict(_FACTORIES.get(s[1])), s[2:]),
            "dq": _decode_deque,
            "S": _decode_set,
            "F": lambda d, s: frozenset([d.value(part) for part in s[1:]]),
            "b": lambda d, s: bytes(d.buffer(s[1])),
            "ba": lambda d, s: bytearray(d.buffer(s[1])),
            "c": lambda d, s: complex(s[1], s[2]),
            "sl": lambda d, s: slice(d.value(s[1]), d.value(s[2]), d.value(s[3])),
            "rg": lambda d, s: range(d.value(s[1]), d.value(s[2]), d.value(s[3])),
            "...": lambda d, s: Ellipsis,
            "ni": lambda d, s: NotImplemented,
            "dtm": lambda d, s: _DATES[s[1]](s[2]),
            "tdl": lambda d, s: datetime.timedelta(*ints(s[1:])),
            "dec": lambda d, s: decimal.Decimal(str(s[1])[:10000]),
            "fr": lambda d, s: fractions.Fraction(d.value(s[1]), d.value(s[2])),
            "uu": lambda d, s: uuid.UUID(s[1]),
            "re": lambda d, s: re.compile(d.value(s[1]), s[2]),
            "sn": lambda d, s: types.SimpleNamespace(**dict(_pairs(d, s[1:]))),
            "pp": lambda d, s: pathlib.Path(str(s[1])),
            "&": _decode_shared,
            "=": lambda d, s: d.memo[s[1]],
        }
    )
    SUBCLASS_ENCODERS.extend(
        [
            (str, lambda e, v: str.__str__(v)),
            (bool, lambda e, v: bool(v)),
            (int, lambda e, v: e.value(int.__int__(v))),
            (float, lambda e, v: float.__float__(v)),
            (complex, lambda e, v: ["c", complex.__complex__(v).real, complex.__complex__(v).imag]),
            (bytes, lambda e, v: ["b", e.buffer(bytes(memoryview(v)))]),
            (list, ENCODERS[list]),
            (tuple, ENCODERS[tuple]),
            (collections.OrderedDict, ENCODERS[collections.OrderedDict]),
            (collections.Counter, ENCODERS[collections.Counter]),
            (dict, ENCODERS[dict]),
            (set, ENCODERS[set]),
            (frozenset, ENCODERS[frozenset]),
            (pathlib.PurePath, lambda e, v: ["pp", str(v)]),
            (type({}.keys()), lambda e, v: e.value(list(v))),
            (type({}.values()), lambda e, v: e.value(list(v))),
            (type({}.items()), lambda e, v: e.value(list(v))),
        ]
    )


_DATES = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
}


def _encode_namespace(encoder: Encoder, value: types.SimpleNamespace) -> list[Any]:
    if encoder.peer is not None and not plain_names(vars(value)):
        handle: list[Any] = encoder.peer.export(encoder, value)
        return handle
    return ["sn", *_flat(encoder, vars(value))]


def _flat(encoder: Encoder, mapping: dict[str, Any]) -> list[Any]:
    flat: list[Any] = []
    for key, value in mapping.items():
        flat += [key, encoder.value(value)]
    return flat


def _pairs(decoder: Decoder, parts: list[Any]) -> list[tuple[str, Any]]:
    return [field(parts[i], decoder.value(parts[i + 1])) for i in range(0, len(parts), 2)]


def field(label: Any, value: Any) -> tuple[str, Any]:
    """A field and its value; one that is called like a comparison must not be called."""
    if field_name(label) in COMPARING and callable(value):
        raise Malformed("a comparison among the fields")
    return label, value


def _decode_shared(decoder: Decoder, item: list[Any]) -> Any:
    number = item[1]
    if type(number) is not int or number in decoder.memo:
        raise Malformed("shared")
    made = decoder.memo[number] = decoder.value(item[2])
    return made


_register_builtins()
