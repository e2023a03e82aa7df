"""Values of classes that one side defines: named tuples, plain dataclasses, members of enumerations; and Bunches."""

from __future__ import annotations

import collections
import dataclasses
import enum
import sys
import types
from collections.abc import Callable
from typing import Any

from .codec import (
    DECODERS,
    LATE,
    Decoder,
    Encoder,
    Malformed,
    encode_dict,
    field,
    field_name,
    fill_dict,
    name,
    plain_names,
)

_words = str.split  # a line of words reads better than a column of strings

# Classes that one side defines and the other imitates. A side that sent one finds its own again by number.
_SENT: dict[int, type] = {}
_MADE: dict[tuple[Any, ...], type] = {}
_ORIGIN: dict[type, int] = {}  # imitation → number at the other side


def _number(cls: type) -> list[int]:
    """[number, 1 if it is the receiver's own class]."""
    if cls in _ORIGIN:
        return [_ORIGIN[cls], 1]
    _SENT[id(cls)] = cls
    return [id(cls), 0]


def _own(number: Any) -> type | None:
    if type(number) is not list or len(number) != 2:
        raise Malformed("class number")
    return _SENT.get(number[0]) if number[1] else None


def _imitation(key: tuple[Any, ...], number: list[int], make: Callable[[], type]) -> type:
    full = (*key, number[0])
    if full not in _MADE:
        if len(_MADE) > 500:
            raise Malformed("too many classes")
        made = _MADE[full] = make()
        _ORIGIN[made] = number[0]
    return _MADE[full]


def _late_namedtuple(encoder: Encoder, value: Any) -> Any:
    kind = type(value)
    fields = getattr(kind, "_fields", None)
    if not isinstance(value, tuple) or type(fields) is not tuple:
        return None
    items = [encoder.value(item) for item in tuple.__iter__(value)]
    return ["nt", _number(kind), kind.__name__, list(fields), items]


def _decode_namedtuple(decoder: Decoder, item: list[Any]) -> Any:
    fields = tuple(field_name(field) for field in item[3])
    values = [decoder.value(part) for part in item[4]]
    cls = _own(item[1])
    if cls is not None and getattr(cls, "_fields", None) != fields:
        raise Malformed("namedtuple")
    if cls is None:
        label = name(item[2])
        cls = _imitation(("nt", label, fields), item[1], lambda: collections.namedtuple(label, fields))
    if len(values) != len(fields):
        raise Malformed("namedtuple")
    for one, value in zip(fields, values, strict=True):
        field(one, value)
    return tuple.__new__(cls, values)


_GENERATED = frozenset(
    _words(
        "__init__ __repr__ __eq__ __lt__ __le__ __gt__ __ge__ __hash__ __setattr__ __delattr__ __getstate__ "
        "__setstate__ __replace__ __annotate__ __annotate_func__ "
    )
)


def plain_dataclass(cls: type) -> bool:
    """Whether a class is a record and nothing else: generated methods only."""
    for base in cls.__mro__[:-1]:
        if "__dataclass_fields__" not in vars(base):
            return False
        for key, entry in vars(base).items():
            if isinstance(entry, (types.FunctionType, property, classmethod, staticmethod)) and key not in _GENERATED:
                return False
    return True


def _late_dataclass(encoder: Encoder, value: Any) -> Any:
    cls = type(value)
    if not dataclasses.is_dataclass(cls) or not plain_dataclass(cls):
        return None
    if encoder.peer is not None and encoder.peer.keeps_class(cls):
        return None
    names = [field.name for field in dataclasses.fields(cls)]
    if not plain_names(names):
        return None
    params = cls.__dataclass_params__  # type: ignore[attr-defined]
    values = [encoder.value(getattr(value, one, None)) for one in names]
    return ["dc", _number(cls), cls.__name__, names, values, bool(params.eq), bool(params.frozen), bool(params.order)]


def _decode_dataclass(decoder: Decoder, item: list[Any]) -> Any:
    names = tuple(field_name(one) for one in item[3])
    values = [decoder.value(part) for part in item[4]]
    if len(values) != len(names):
        raise Malformed("dataclass")
    cls = _own(item[1])
    if cls is not None and (
        not dataclasses.is_dataclass(cls) or tuple(one.name for one in dataclasses.fields(cls)) != names
    ):
        raise Malformed("dataclass")
    if cls is None:
        label, eq, frozen, order = name(item[2]), bool(item[5]), bool(item[6]), bool(item[7])
        cls = _imitation(
            ("dc", label, names, eq, frozen, order),
            item[1],
            lambda: dataclasses.make_dataclass(label, names, eq=eq, frozen=frozen, order=order and eq),
        )
    made = object.__new__(cls)
    for one, value in zip(names, values, strict=True):
        object.__setattr__(made, *field(one, value))
    return made


_ENUM_VALUES = (int, float, str, bool, bytes, complex, type(None))


def _plain_member(value: Any) -> bool:
    """Whether an enumeration's value is of an exact base type: any other could act when the class is made or asked."""
    return type(value) in _ENUM_VALUES or (type(value) is tuple and all(type(one) in _ENUM_VALUES for one in value))


def _late_enum(encoder: Encoder, value: Any) -> Any:
    if not isinstance(value, enum.Enum):
        return None
    cls = type(value)
    if not cls.__module__.startswith(("solution", "tests", "__main__")) and encoder.peer is not None:
        return encoder.peer.qualified(value, f"{cls.__qualname__}.{value.name}")
    members = dict(cls.__members__)
    if value.name not in members or not plain_names(members):
        return None  # a combination of flags, for one
    if not all(_plain_member(member.value) for member in members.values()):
        return None
    pairs = [[key, encoder.value(member.value)] for key, member in members.items()]
    return ["ec", _number(cls), cls.__name__, pairs, value.name, isinstance(value, int)]


def _decode_enum(decoder: Decoder, item: list[Any]) -> Any:
    cls: Any = _own(item[1])
    members = [(field_name(key), decoder.value(value)) for key, value in item[3]]
    if not all(_plain_member(value) for _, value in members):
        raise Malformed("the value of a member")
    if cls is None:
        label = name(item[2])
        base = enum.IntEnum if item[5] else enum.Enum
        cls = _imitation(("ec", label, tuple(key for key, _ in members)), item[1], lambda: base(label, members))
    if not issubclass(cls, enum.Enum):
        raise Malformed("enumeration")
    return cls[name(item[4])]


_encode_bunch = encode_dict("bn")


def _late_bunch(encoder: Encoder, value: Any) -> Any:
    """What scikit-learn's data sets come as: a dict whose entries are attributes, too."""
    bunch = getattr(sys.modules.get("sklearn.utils"), "Bunch", None)
    return _encode_bunch(encoder, value) if type(value) is bunch else None


def _decode_bunch(decoder: Decoder, item: list[Any]) -> Any:
    try:
        from sklearn.utils import Bunch
    except ImportError:
        raise Malformed("a Bunch without scikit-learn") from None
    return fill_dict(decoder, Bunch(), item[1:])


DECODERS.update({"nt": _decode_namedtuple, "dc": _decode_dataclass, "ec": _decode_enum, "bn": _decode_bunch})
LATE.extend([_late_namedtuple, _late_dataclass, _late_enum, _late_bunch])
