"""The labelled fallback: code and tests in one forked process, for tests that need identity.

Weaker than the split by nature: a program that sets out to deceive can reach everything here. What is done is what
costs little: the exact set of tests, tests that are only in memory and not yet there when the code is loaded, a
comparison of the functions that judge (before and after), and a gate that refuses results that are equal to
anything.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib.util
import os
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

from . import box, session
from .frames import read_json, write_json
from .peer import format_error
from .randomness import seed_everything
from .reporter import Reporter

_words = str.split  # a line of words reads better than a column of strings

_WATCHED = _words(
    "builtins math operator time json inspect unittest.case pytest _pytest.outcomes _pytest.python_api "
    "_pytest.runner _pytest.python _pytest.reports _pytest.main _pytest.raises _pytest.assertion.util "
    "pluggy._callers pluggy._manager numpy numpy.testing numpy.linalg torch torch.testing "
    "torch.testing._comparison torch.nn.functional torch.autograd pandas pandas.testing "
)
_WATCHED_CLASSES = (("torch", "Tensor"), ("pandas", "DataFrame"), ("pandas", "Series"), ("unittest.case", "TestCase"))
_VALUES = (list, tuple, dict, set, float, int, str, bytes)


class Anything:
    """Equal to nothing: whoever says otherwise is lying."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return False


def snapshot() -> dict[str, Any]:
    """The functions that tests and judge rely on, by place and name."""
    found: dict[str, Any] = {}
    for place in _WATCHED:
        module = sys.modules.get(place)
        if module is not None:
            for name, entry in vars(module).items():
                if callable(entry) and not name.startswith("__warningregistry"):
                    found[f"{place}.{name}"] = entry
    for place, name in _WATCHED_CLASSES:
        cls = getattr(sys.modules.get(place), name, None)
        if cls is not None:
            for key, entry in vars(cls).items():
                if callable(entry):
                    found[f"{place}.{name}.{key}"] = entry
    return found


def patched(before: dict[str, Any]) -> list[str]:
    """What is no longer what it was. New names are no offence: libraries import lazily."""
    now = snapshot()
    return [name for name, entry in before.items() if now.get(name) is not entry]


def suspicious(value: Any) -> str:
    """Why a result can't be trusted in a comparison; empty when it can."""
    cls = type(value)
    if cls.__module__ != "solution":
        return ""
    if any(base in cls.__mro__ for base in _VALUES) or any(
        base.__name__ in ("Tensor", "ndarray", "DataFrame", "Series") for base in cls.__mro__[1:]
    ):
        for name in (
            "__eq__",
            "__ne__",
            "__class__",
            "__array_ufunc__",
            "__array_function__",
            "__torch_function__",
            "__sub__",
            "__rsub__",
        ):
            if name in vars(cls):
                return f"a {cls.__name__} with its own {name}"
    with contextlib.suppress(Exception):
        if (value == Anything()) is True:
            return f"a {cls.__name__} that is equal to everything"
    return ""


class InProcess:
    """Stands where the split judge has its peer."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.broken: str | None = None
        self.load_error: BaseException | None = None
        self.tampered: str | None = None
        self.noted: list[str] = []
        self.undeclared: set[str] = set()
        self.facts: dict[str, Any] = {}
        self.before = snapshot()

    def sweep(self) -> None:
        """Nothing is in two places here."""

    def misplaced(self) -> str:
        """Why there is no place for the code; empty where there is one."""
        return ""

    def load(self, folder: Path) -> None:
        """Run the code, then look whether it laid hands on what judges."""
        path = folder / "solution.py"
        path.write_text(self.job["code"], encoding="utf-8", errors="surrogatepass")
        sys.path.insert(0, str(folder))
        sys.modules["__main__"] = types.ModuleType("__main__")
        module = types.ModuleType("solution")
        module.__file__ = str(path)
        module.__dict__["__builtins__"] = builtins
        module.__spec__ = importlib.util.spec_from_file_location("solution", path)
        sys.modules["solution"] = module
        try:
            exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), vars(module))
        except BaseException as error:
            error.remote_traceback = format_error(error)  # type: ignore[attr-defined]
            self.load_error = error
            return
        self.facts["missing"] = [name for name in self.job["entry_points"] if not hasattr(module, name)]
        for name in self.job["entry_points"]:
            entry = getattr(module, name, None)
            if isinstance(entry, types.FunctionType):
                setattr(module, name, self.gate(entry))
        self.check()

    def gate(self, function: types.FunctionType) -> Any:
        """The function, whose results are looked at before a test sees them."""

        @functools.wraps(function)
        def gated(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            reason = suspicious(result)
            if reason and self.tampered is None:
                self.tampered = f"{function.__name__} returned {reason}"
            return result

        return gated

    def check(self) -> None:
        """Notice what the code replaced."""
        names = patched(self.before)
        if names and self.tampered is None:
            self.tampered = f"the code replaced {', '.join(sorted(names)[:5])}"

    def ensure_loaded(self) -> None:
        """Loaded before the tests were collected: their names must be the real thing."""


def live(line: int, order: dict[str, Any]) -> int:
    """The process's life: wait for a job, load the code, run the tests, report."""
    folder = Path(order["folder_a"])
    session.TestPath.folder = folder
    os.umask(0)
    os.chdir(folder)
    os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
    tempfile.tempdir = None
    job = read_json(line)
    source: str | None = job["tests"]
    if job.get("package"):
        from . import package

        prepared, peer, source = package.begin(job["tests"].split("\n")), package.InPackage(job), None
        reporter: Reporter = package.PackageReporter(line, peer, job)
    else:
        prepared, peer = session.take(folder / "stage", job["tests"]), InProcess(job)
        reporter = Reporter(line, peer, job)
    # The first frame is written while nothing of the code is there, so it alone may blame the harness.
    if reason := peer.misplaced():
        write_json(line, {"type": "end", "evidence": {}, "flags": [], "harness": reason})
        return 0
    write_json(line, {"type": "ready"})
    box.limit_memory(int(job["memory_mb"]))
    seed_everything(int(job.get("seed") or 0))
    end, send = reporter.end, write_json
    peer.load(folder)
    if peer.load_error is None and not peer.facts["missing"]:
        seed_everything(int(job.get("seed") or 0))
        session.run(prepared, source, reporter)
        peer.check()
    frame = end()
    from . import flags

    frame["flags"] += flags.look(job["code"])
    send(line, frame)
    return 0
