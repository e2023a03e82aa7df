"""Process A: has the code and one socket. Loads the code when told to, answers calls, and is believed in nothing."""

from __future__ import annotations

import builtins
import contextlib
import copy
import inspect
import io
import os
import socket
import sys
import types
import warnings
from pathlib import Path
from typing import Any

from . import box, handles
from .codec import DECODERS, Decoder, Encoder
from .peer import Peer, load_codecs
from .randomness import note_seeds, seed_everything, use_threads

PRINTED_LIMIT = 1 << 20


class Arguments:
    """What a call came with; `back` numbers the arguments whose changes the test wants to see."""

    def __init__(self, args: list[Any], kwargs: dict[str, Any], back: list[int]) -> None:
        self.args, self.kwargs, self.back = args, kwargs, back


DECODERS["ca"] = lambda d, s: Arguments([d.value(one) for one in s[1]], {key: d.value(one) for key, one in s[2]}, s[3])


class Tee(io.TextIOWrapper):
    """Standard output that also remembers what was printed during a call, for the test's `capsys`."""

    heard: list[str] | None = None
    size = 0

    def write(self, text: str) -> int:
        if self.heard is not None and self.size < PRINTED_LIMIT:
            self.heard.append(text)
            self.size += len(text)
        return super().write(text)


class Candidate(Peer):
    """The code's end of the wire."""

    def __init__(self, sock: socket.socket, order: dict[str, Any]) -> None:
        super().__init__(sock, "a")
        self.order = order
        self.module: types.ModuleType | None = None
        self.entry_points: list[str] = []
        self.out = self.err = None  # type: Tee | None
        self.warned: list[Any] = []
        self.back: list[Any] = []
        self.methods: dict[type, dict[str, list[Any]]] = {}
        self.arguments: Arguments | None = None

    def serve(self, op: str, arguments: list[Any]) -> Any:
        if op == "load":
            return self.load(*arguments)
        if op == "entry":
            name, call = arguments
            self.arguments = call
            return getattr(self.module, name)(*call.args, **call.kwargs)
        if op == "call":
            target, call = arguments
            self.arguments = call
            return target(*call.args, **call.kwargs)
        if op == "method":
            target, name, call = arguments
            self.arguments = call
            return getattr(target, name)(*call.args, **call.kwargs)
        if op == "get":
            return getattr(arguments[0], arguments[1])
        if op == "entry_get":
            return getattr(getattr(self.module, arguments[0]), arguments[1])
        if op == "set":
            return setattr(*arguments)
        if op == "del":
            return delattr(*arguments)
        if op == "dir":
            return [name for name in dir(arguments[0]) if not name.startswith("_")]
        if op == "iter":
            return iter(arguments[0])
        if op == "next":
            try:
                return (next(arguments[0]),)
            except StopIteration as stop:
                return stop.value if not isinstance(stop.value, tuple) else None
        if op == "dunder":
            return _dunder(arguments[0], arguments[1], arguments[2:])
        if op == "exit":
            error = arguments[1]
            return arguments[0].__exit__(type(error) if error is not None else None, error, None)
        if op == "copy":
            return copy.deepcopy(arguments[0]) if arguments[1] else copy.copy(arguments[0])
        if op == "backward":
            return self.bridge.backward(*arguments)
        raise ValueError(op)

    def perform(self, op: str, arguments: list[Any], decoder: Decoder) -> Any:
        self.warned, self.arguments = [], None
        for tee in (self.out, self.err):
            if tee is not None:
                tee.heard, tee.size = [], 0
        before = len(decoder.mutable)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                return self.serve(op, arguments)
            finally:
                self.warned = caught or []
                self.back = (
                    list(zip(range(before), decoder.mutable, decoder.snapshots, strict=False)) if op != "load" else []
                )

    def extras_of(self, decoder: Decoder, encoder: Encoder) -> dict[str, Any]:
        extras: dict[str, Any] = {}
        for name, tee in (("out", self.out), ("err", self.err)):
            if tee is not None and tee.heard:
                extras[name] = "".join(tee.heard)[:PRINTED_LIMIT]
                tee.heard = None
        warned = [
            [[cls.__name__ for cls in entry.category.__mro__], str(entry.message)[:5000]]
            for entry in self.warned[:100]
            if isinstance(entry.category, type)
        ]
        if warned:
            extras["warnings"] = warned
        changed = self._changed(encoder)
        if changed:
            extras["changed"] = changed
        if self.arguments is not None and self.arguments.back:
            extras["back"] = self._back(encoder)
        return extras

    def _changed(self, encoder: Encoder) -> list[Any]:
        found = []
        for number, value, snapshot in self.back:
            with contextlib.suppress(Exception):
                if value is not None and was_changed(value, snapshot):
                    known = {id(one): i for i, one, _ in self.back}
                    found.append([number, _content(encoder, value, known)])
        self.back = []
        return found

    def _back(self, encoder: Encoder) -> list[Any]:
        """Modules, optimisers and schedulers that the problem lets the code change."""
        from . import modules

        values = [*self.arguments.args, *self.arguments.kwargs.values()]
        found: list[Any] = []
        for number in self.arguments.back:
            found += modules.encode_back(self, encoder, values[number])
        return found

    def load(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run the code as the module `solution`, from a real file, with a fresh `__main__`."""
        folder = Path(self.order["folder_a"])
        self.entry_points = list(job["entry_points"])
        os.chdir(folder)
        os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
        import tempfile

        tempfile.tempdir = None
        path = folder / "solution.py"
        path.write_text(job["code"], encoding="utf-8", errors="surrogatepass")
        sys.path.insert(0, str(folder))
        sys.modules["__main__"] = types.ModuleType("__main__")
        sys.argv = ["solution"]
        seed_everything(int(job["seed"]))
        use_threads(int(job.get("threads") or 1))
        note_seeds(self.seeds)
        self.out, self.err = Tee(io.FileIO(1, "w", closefd=False), "utf-8", "replace", write_through=True), None
        self.err = Tee(io.FileIO(2, "w", closefd=False), "utf-8", "replace", write_through=True)
        sys.stdout, sys.stderr = self.out, self.err
        sys.__stdout__, sys.__stderr__ = self.out, self.err  # type: ignore[misc,assignment]
        box.limit_memory(int(job["memory_mb"]))
        module = self.module = types.ModuleType("solution")
        module.__file__ = str(path)
        module.__dict__["__builtins__"] = builtins
        import importlib.util

        spec = importlib.util.spec_from_file_location("solution", path)
        module.__spec__ = spec
        sys.modules["solution"] = module
        exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), vars(module))
        load_codecs()
        missing = [name for name in self.entry_points if not hasattr(module, name)]
        kinds, names = {}, {}
        for name in self.entry_points:
            entry = getattr(module, name, None)
            kinds[name] = _kind(entry)
            names[name] = {key: _parameters(part) for key, part in _callables(name, entry)}
        return {"missing": missing, "kinds": kinds, "parameters": names}

    def keeps_class(self, cls: type) -> bool:
        return any(getattr(self.module, name, None) in cls.__mro__ for name in self.entry_points)

    def describe(self, value: Any) -> dict[str, Any]:
        cls = type(value)
        about = handles.describe(value, None)
        names = [name for name in self.entry_points if getattr(self.module, name, None) in cls.__mro__]
        about["entry"] = names[0] if names else None
        about["bases"] = names
        methods = self.methods_of(cls)
        own = getattr(value, "__dict__", {})
        about["methods"] = {name: entry for name, entry in methods.items() if name not in own}
        if isinstance(value, (types.FunctionType, types.MethodType, type)):
            about["qualname"] = value.__qualname__
            owner = getattr(value, "__self__", None)
            about["parameters"] = _parameters(value)
            if owner is not None:
                about["qualname"] = f"{type(owner).__name__}.{value.__name__}"
        if self.bridge is not None and isinstance(value, sys.modules["torch"].nn.Module):
            from . import modules

            about["overrides"] = modules.overrides(value)
            about["parameters"] = _parameters(value.forward)
        return about

    def methods_of(self, cls: type) -> dict[str, list[Any]]:
        """Name → qualified name and parameters of the methods that the code defines for a class."""
        if cls not in self.methods:
            found: dict[str, list[Any]] = {}
            plain = cls.__getattribute__ in (object.__getattribute__, type.__getattribute__)
            for base in reversed(cls.__mro__) if plain else ():
                for name, part in vars(base).items():
                    found.pop(name, None)
                    if base.__module__ == "solution" and type(part) is types.FunctionType and not name.startswith("_"):
                        found[name] = [f"{cls.__name__}.{part.__name__}", _parameters(part)[1:]]
            self.methods[cls] = found
        return self.methods[cls]

    def stand_in(self, number: int, about: dict[str, Any]) -> Any:
        return handles.class_for(about)(self, number, about, built=True)

    def call(self, target: Any, args: Any, kwargs: Any) -> Any:
        """Call something of the test's that was handed over."""
        return self.request("call", target, list(args), dict(kwargs))


def was_changed(value: Any, snapshot: Any) -> bool:
    """Whether a value that came with a call was changed in place."""
    if isinstance(value, (list, dict, set)):
        if isinstance(value, set):
            return bool(value != snapshot)
        now = list(value.items()) if isinstance(value, dict) else value
        if len(now) != len(snapshot):
            return True
        if isinstance(value, dict):
            return any(a[0] is not b[0] or a[1] is not b[1] for a, b in zip(now, snapshot, strict=True))
        return any(a is not b for a, b in zip(now, snapshot, strict=True))
    module = type(value).__module__.partition(".")[0]
    if module == "numpy":
        from .codec_numpy import changed
    elif module == "torch":
        if type(value).__name__ == "Generator":
            return bool(value.get_state().numpy().tobytes() != snapshot)
        from .codec_torch import changed
    elif module == "pandas":
        from .codec_pandas import changed
    else:
        return False
    return changed(value, snapshot)


def _content(encoder: Encoder, value: Any, known: dict[int, int]) -> Any:
    """The new content, where parts that came with the call are told by number."""

    def part(item: Any) -> Any:
        number = known.get(id(item))
        return ["A", number] if number is not None else encoder.value(item)

    if isinstance(value, list):
        return ["l", *[part(item) for item in value]]
    if isinstance(value, dict):
        flat: list[Any] = ["d"]
        for key, item in value.items():
            flat += [encoder.value(key), part(item)]
        return flat
    if type(value).__module__.startswith("torch") and type(value).__name__ in ("Tensor", "Parameter"):
        from .codec_torch import encode_data

        return ["TT", encode_data(encoder, value)]
    return Encoder.value(encoder, value)


def _kind(entry: Any) -> str:
    if isinstance(entry, type):
        torch = sys.modules.get("torch")
        return "module" if torch is not None and issubclass(entry, torch.nn.Module) else "class"
    return "function" if callable(entry) else "value"


def _callables(name: str, entry: Any) -> list[tuple[str, Any]]:
    found = [(name, entry)]
    if isinstance(entry, type):
        found += [(f"{name}.{key}", getattr(entry, key, None)) for key, part in vars(entry).items() if callable(part)]
    return found


def _parameters(entry: Any) -> list[str]:
    try:
        return list(inspect.signature(entry).parameters)
    except (TypeError, ValueError):
        return []


def _dunder(target: Any, name: str, rest: list[Any]) -> Any:
    import operator

    functions = {"__len__": len, "__getitem__": operator.getitem, "__setitem__": operator.setitem,
                 "__delitem__": operator.delitem, "__eq__": operator.eq, "__lt__": operator.lt, "__le__": operator.le,
                 "__gt__": operator.gt, "__ge__": operator.ge,
                 "__contains__": operator.contains, "__float__": float, "__int__": int, "__index__": operator.index,
                 "__abs__": abs, "__neg__": operator.neg, "__pos__": operator.pos, "__invert__": operator.invert,
                 "__complex__": complex}  # fmt: skip
    if name in functions:
        return functions[name](target, *rest)
    return getattr(target, name)(*rest)


def live(sock: socket.socket, order: dict[str, Any]) -> int:
    """The process's life: answer until the examiner is gone."""
    os.umask(0)
    os.register_at_fork(after_in_child=sock.close)  # what the code forks has no say in the protocol
    Candidate(sock, order).serve_forever()
    return 0
