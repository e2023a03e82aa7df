"""Exceptions: their classes by name, their arguments as far as they are plain."""

from __future__ import annotations

import contextlib
import dataclasses
import decimal
import sys
import traceback
from typing import Any

from .codec import DECODERS, LATE, Decoder, Encoder, Malformed


def _late_exception(encoder: Encoder, value: Any) -> Any:
    if not isinstance(value, BaseException):
        return None
    return describe_exception(value)


def describe_exception(error: BaseException) -> list[Any]:
    """Names along the class's bases, and the arguments as far as they are plain."""
    names = [cls.__name__ for cls in type(error).__mro__ if cls not in (object,)]
    try:
        arguments = [one for one in error.args if type(one) in (str, int, float, bool, type(None))][:10]
        if len(arguments) != len(error.args):
            arguments = [str(error)]
    except Exception:
        arguments = []
    return ["ex", names[:30], [one[:20000] if type(one) is str else one for one in arguments], type(error).__module__]


def _decode_exception(_: Decoder, item: list[Any]) -> BaseException:
    return rebuild_exception(item)


def _exception_classes() -> dict[str, type[BaseException]]:
    import builtins

    found = {
        key: entry
        for key, entry in vars(builtins).items()
        if isinstance(entry, type) and issubclass(entry, BaseException) and "Group" not in key
    }
    for key in ("KeyboardInterrupt", "GeneratorExit"):  # would be taken for the judge's own
        found.pop(key)
    import json
    import subprocess

    found["JSONDecodeError"] = json.JSONDecodeError
    found["TimeoutExpired"] = subprocess.TimeoutExpired
    found["FrozenInstanceError"] = dataclasses.FrozenInstanceError
    found["InvalidOperation"] = decimal.InvalidOperation
    return found


EXCEPTIONS = _exception_classes()


def _printable(cls: type[BaseException], arguments: list[Any]) -> BaseException | None:
    """An exception of a class, or of one below it that shows its arguments where the class itself can't be shown."""

    def bare() -> BaseException:
        plain = {"__str__": BaseException.__str__, "__module__": cls.__module__}
        made: BaseException = cls.__new__(type(cls.__name__, (cls,), plain))
        made.args = tuple(arguments)
        return made

    for make in (lambda: cls(*arguments), bare):
        with contextlib.suppress(Exception):
            made = make()
            str(made), traceback.format_exception_only(made)
            return made
    return None


def rebuild_exception(item: list[Any]) -> BaseException:
    """An exception of the first class along the bases that is builtin (or a known library's)."""
    names, arguments = item[1], item[2]
    if type(names) is not list or type(arguments) is not list:
        raise Malformed("exception")
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    for label in names:
        cls = EXCEPTIONS.get(label) if type(label) is str else None
        if cls is None and label in ("LinAlgError", "AxisError") and numpy is not None:
            cls = getattr(numpy.linalg, label, None) or getattr(getattr(numpy, "exceptions", None), label, None)
        if cls is None and label == "OutOfMemoryError" and torch is not None:
            cls = torch.OutOfMemoryError
        if cls is None and label == "NotFittedError" and "sklearn" in sys.modules:
            from sklearn.exceptions import NotFittedError as cls
        if cls is None:
            continue
        made = _printable(cls, [one for one in arguments if type(one) in (str, int, float, bool, type(None))])
        if made is None:
            continue
        if label != names[0]:
            made.original_class = str(names[0])[:200]  # type: ignore[attr-defined]
        return made
    return RuntimeError(*arguments[:1])


DECODERS["ex"] = _decode_exception
LATE.append(_late_exception)
