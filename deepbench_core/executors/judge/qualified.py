"""What is named instead of sent: functions, classes and enum members of libraries, and which the code may name."""

from __future__ import annotations

import enum
import sys
import types
from typing import Any

from .codec import DECODERS, Decoder, Malformed

_words = str.split  # a line of words reads better than a column of strings

_LIBRARIES = frozenset(
    _words(
        "torch numpy pandas scipy sklearn math operator builtins functools collections itertools statistics "
        "string random torchvision transformers keras tensorflow jax enum datetime decimal fractions pathlib "
    )
)
PLACES = ("torch", "torch.nn.functional", "torch.nn.init", "torch.Tensor", "numpy", "math", "operator", "builtins")
_NOT_FROM_CODE = frozenset(
    _words(
        "eval exec open compile __import__ input breakpoint load save getattr setattr delattr globals locals "
        "vars read_pickle to_pickle fromfile memmap genfromtxt loadtxt tofile savez savez_compressed save_txt savetxt "
        "compile set_default_dtype set_default_device set_default_tensor_type manual_seed seed set_rng_state "
        "set_num_threads set_printoptions set_grad_enabled use_deterministic_algorithms seterr setbufsize from_file "
        "set_flush_denormal set_warn_always load_library require fromregex "
    )
)


_PLAIN_CLASSES = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, type(None), slice, range)


def resolve(place: str, path: str) -> Any:
    """What a library calls by that name; AttributeError for anything private, or not a library's."""
    if place.split(".")[0] not in _LIBRARIES or any(part.startswith("_") for part in path.split(".")):
        raise AttributeError(path)
    found: Any = sys.modules.get(place)
    if found is None and place == "torch.Tensor" and "torch" in sys.modules:
        found = sys.modules["torch"].Tensor
    if found is None:
        raise AttributeError(place)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def may_come_from_code(place: str, path: str, found: Any) -> bool:
    """What the code's side may name: value classes and modules, enum members, functions that only compute.

    The test may call what it gets, in its own process: so nothing that reaches further, and no container of the
    library's insides.
    """
    if isinstance(found, enum.Enum):
        return True
    if isinstance(found, type):
        if found in _PLAIN_CLASSES:
            return True
        bases = {f"{base.__module__}.{base.__name__}" for base in found.__mro__}
        return bool(bases & _CLASSES_FROM_CODE)
    if place not in _FUNCTION_PLACES or not path.isidentifier() or path in _NOT_FROM_CODE:
        return False
    if path.endswith("_"):  # changes its argument, which would be the test's own
        return False
    return isinstance(found, _FUNCTIONS)


_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)
# None of numpy's: they take an array to write into among their arguments.
_FUNCTION_PLACES = ("torch", "torch.nn.functional", "math")
_CLASSES_FROM_CODE = frozenset(
    _words(
        "torch.nn.modules.module.Module torch.optim.optimizer.Optimizer torch.optim.lr_scheduler.LRScheduler "
        "torch.Tensor numpy.generic numpy.ndarray pandas.DataFrame pandas.Series pandas.core.frame.DataFrame "
        "pandas.core.series.Series pandas.core.indexes.base.Index"
    )
)


def decode_qualified(decoder: Decoder, item: list[Any]) -> Any:
    """A library's function, class or enum member."""
    place, path = item[1], item[2]
    if type(place) is not str or type(path) is not str:
        raise Malformed("library")
    found = resolve(place, path)
    if decoder.peer.side == "b" and not may_come_from_code(place, path, found):
        raise Malformed("a name that the code may not send")
    return found


DECODERS["q"] = decode_qualified
