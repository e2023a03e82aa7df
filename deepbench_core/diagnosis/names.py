"""What the installed libraries really have: an index made once inside the environment's own interpreter.

The product's process never imports torch. The environment's does, writes down every public name with its kind and
parameters, and the index is kept in the home folder beside the environment, named by its digest.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from deepbench_core import environments, paths
from deepbench_core.errors import DeepBenchError, EnvironmentBuildError

Sort = Literal["function", "class", "module", "value"]

FORMAT = 1
SECONDS = 300.0

# Runs in the environment. Modules are followed from the preloaded ones through their public attributes, three deep.
# A builtin's parameters, which inspect can't see, are read from the first line of its docstring.
_SCRIPT = r"""
import importlib, inspect, io, json, re, sys, types, warnings
warnings.simplefilter("ignore")
roots = sys.argv[1:]
standard = ["math", "random", "itertools", "functools", "collections", "copy", "typing", "dataclasses", "statistics",
            "re", "json", "os", "heapq", "bisect", "warnings", "time", "contextlib", "abc", "enum", "operator",
            "string", "builtins"]
modules, classes, queue = {}, {}, []
for name in roots + standard:
    try:
        queue.append((name, importlib.import_module(name), 0))
    except Exception:
        pass
tops = {name.partition(".")[0] for name in roots}

def parameters(value):
    try:
        signature = inspect.signature(value)
    except (ValueError, TypeError):
        text = getattr(value, "__doc__", None)
        lines = [l.strip() for l in text.splitlines() if l.strip()][:1] if isinstance(text, str) else []
        found = re.match(r"\w+(?:\.\w+)*\((?P<inside>.*)\)\s*(->|$)", lines[0]) if lines else None
        if not found or "[" in found["inside"].replace("[]", ""):
            return None
        names = [re.split(r"[=:]", p)[0].strip() for p in found["inside"].split(",")]
        return [n for n in names if n] if all(re.fullmatch(r"[*]{0,2}\w*", n) for n in names) else None
    return [("*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else "") + p.name
            for p in signature.parameters.values()]

def members(kind):
    key = kind.__module__ + "." + kind.__qualname__
    if key not in classes:
        classes[key] = []
        classes[key] = sorted(n for n in dir(kind) if not n.startswith("_"))
    return key

seen = set()
while queue:
    name, module, depth = queue.pop(0)
    if name in seen or len(seen) > 700:
        continue
    seen.add(name)
    entry = modules[name] = {}
    for attribute in dir(module):
        if attribute.startswith("_"):
            continue
        try:
            value = getattr(module, attribute)
        except Exception:
            continue
        if isinstance(value, types.ModuleType):
            entry[attribute] = ["module", None]
            if value.__name__.partition(".")[0] in tops and value.__name__ == name + "." + attribute and depth < 3:
                queue.append((value.__name__, value, depth + 1))
        elif isinstance(value, type):
            entry[attribute] = ["class", parameters(value)]
            try:
                members(value)
            except Exception:
                pass
        elif callable(value):
            entry[attribute] = ["function", parameters(value)]
        else:
            entry[attribute] = ["value", None]
methods = {}
for root, kind in (("torch", "Tensor"), ("numpy", "ndarray"), ("pandas", "DataFrame"), ("pandas", "Series")):
    value = getattr(sys.modules.get(root), kind, None)
    if value is not None:
        methods[kind] = {n: parameters(getattr(value, n, None)) for n in dir(value) if not n.startswith("_")}
print(json.dumps({"modules": modules, "classes": classes, "methods": methods}))
"""


@dataclass(frozen=True)
class Known:
    """One public name of a module. `parameters` is None where nobody can tell; `*` and `**` mark the open-ended."""

    sort: Sort
    parameters: tuple[str, ...] | None


class Index:
    """Look-ups in one environment's names."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._modules: dict[str, dict[str, Any]] = raw["modules"]
        self._classes: dict[str, list[str]] = raw["classes"]
        self._methods: dict[str, dict[str, Any]] = raw["methods"]
        self._short: dict[str, list[str]] = {}
        for key in self._classes:
            self._short.setdefault(key.rpartition(".")[2], []).append(key)

    def has_module(self, module: str) -> bool | None:
        """Whether a dotted name is a module; None for one of a package that the index doesn't know at all."""
        if module in self._modules:
            return True
        return False if module.partition(".")[0] in self._modules else None

    def find(self, dotted: str) -> Known | Literal["unknown"] | None:
        """What a dotted name is; None when its module is known and has no such name, "unknown" otherwise."""
        module, _, name = dotted.rpartition(".")
        if module in self._modules:
            entry = self._modules[module].get(name)
            if entry is not None:
                return Known(entry[0], tuple(entry[1]) if entry[1] is not None else None)
            return "unknown" if name.startswith("_") or dotted in self._modules else None
        return "unknown"

    def resolve(self, dotted: str, imported: dict[str, str]) -> str:
        """A name as the code writes it (`F.relu`) as the library's own (`torch.nn.functional.relu`)."""
        root, _, rest = dotted.partition(".")
        target = imported.get(root)
        if target is None:
            return ""
        return f"{target}.{rest}" if rest else target

    def members(self, type_name: str) -> frozenset[str]:
        """Attributes of a class by its short name; of all classes of that name together."""
        if type_name in self._methods:
            return frozenset(self._methods[type_name])
        return frozenset(n for key in self._short.get(type_name, ()) for n in self._classes[key])

    def names(self, module: str) -> frozenset[str]:
        """Public names of a module."""
        return frozenset(self._modules.get(module, ()))

    def homes(self, name: str) -> list[str]:
        """Modules that have this public name, the shortest first."""
        return sorted((m for m, entry in self._modules.items() if name in entry), key=lambda m: (m.count("."), m))

    def method(self, type_name: str, name: str) -> tuple[str, ...] | None:
        """Parameters of a method of Tensor, ndarray, DataFrame or Series, without self."""
        found = self._methods.get(type_name, {}).get(name)
        return tuple(p for p in found if p != "self") if found is not None else None

    @functools.cached_property
    def everything(self) -> frozenset[str]:
        """Every public name of every module and every method of the usual values; empty where nothing is known."""
        if not self._modules:
            return frozenset()
        found = {n for entry in self._modules.values() for n in entry}
        found |= {
            n for kind in (str, bytes, list, tuple, dict, set, int, float, complex, slice, range) for n in dir(kind)
        }
        found |= {n for members in self._classes.values() for n in members}
        return frozenset(found.union(*(set(m) for m in self._methods.values())))


EMPTY = Index({"modules": {}, "classes": {}, "methods": {}})


@functools.lru_cache(maxsize=8)
def index(environment: str, *, make: bool = True) -> Index:
    """The index of an environment: kept, or made now in its interpreter (some seconds).

    An environment that isn't built gives the empty index, which knows nothing and so accuses nothing.
    """
    try:
        built = environments.find_built(environment, "venv")
        kind = environments.find_built(environment, "image") if built is None else built
    except DeepBenchError:
        return EMPTY
    if kind is None:
        return EMPTY
    path = _path(kind.environment)
    known = _read(path)
    if known is None and make:
        try:
            known = _make(kind)
        except DeepBenchError:
            return EMPTY
        _write(path, known)
    return Index(known) if known is not None else EMPTY


def _path(environment: environments.Environment) -> Path:
    return paths.home_dir() / "names" / f"{environment.name}-{environment.digest}.{FORMAT}.json.gz"


def _make(built: environments.Built) -> dict[str, Any]:
    roots = _roots(built.environment.libraries)
    if built.kind == "venv":
        command = [str(Path(built.reference) / "bin" / "python"), "-I", "-c", _SCRIPT, *roots]
    else:
        image = [built.reference, environments.IMAGE_PYTHON, "-I", "-c", _SCRIPT, *roots]
        command = ["docker", "run", "--rm", "--network", "none", *image]
    # The environment's libraries are as trusted as when they were installed; no generated code is near.
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "DOCKER_HOST", "LANG")}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS, env=keep)
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        said = str(getattr(error, "stderr", None) or "").strip().splitlines()[-1:] or [type(error).__name__]
        raise EnvironmentBuildError(f"{built.environment.name}: its names can't be listed: {said[0]}") from None
    return found


def _roots(preload: Iterable[str]) -> list[str]:
    usual = {"torch": ["torch.nn.functional", "torch.utils.data", "torch.optim.lr_scheduler", "torch.nn.utils.rnn"]}
    usual |= {"numpy": ["numpy.linalg", "numpy.random"]}
    found = [*preload]
    for name in preload:
        found += usual.get(name, [])
    return list(dict.fromkeys(found))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, ValueError, EOFError):
        return None
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(gzip.compress(json.dumps(content).encode(), 6, mtime=0))
        temporary.replace(path)
    except OSError as error:  # a cache: a full disk costs time, not the diagnosis
        print(f"deepbench: {path}: {error.strerror}", file=sys.stderr)
