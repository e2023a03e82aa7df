"""Process B: has pytest and the tests, collects them before the code is there, and never imports the code."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.util
import marshal
import os
import socket
import sys
import time
import tokenize
import types
import warnings
import zlib
from pathlib import Path
from typing import Any

import pytest

from . import box, handles, session
from .changes import overwrite, scramble
from .codec import DECODERS, ENCODERS, Decoder, Encoder, Malformed
from .codec_errors import rebuild_exception
from .frames import WIRE_LIMIT, Broken, Closed, read_json, write_json
from .peer import Peer
from .randomness import only_advanced
from .reporter import CodeGone, Reporter

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


class Call:
    """Arguments on their way, with what belongs to which parameter."""

    def __init__(self, qualname: str, parameters: list[str], args: Any, kwargs: Any, declared: set[str]) -> None:
        self.args, self.kwargs, self.qualname = list(args), dict(kwargs), qualname
        self.labels = [parameters[i] if i < len(parameters) else f"argument {i}" for i in range(len(self.args))] + list(
            self.kwargs
        )
        self.declared = declared
        self.spans: list[tuple[int, int]] = []
        self.keys: list[tuple[int, int]] = []


def _encode_call(encoder: Encoder, call: Call) -> list[Any]:
    parts: list[Any] = []
    bridge = encoder.peer.bridge
    back = []
    for i, value in enumerate([*call.args, *call.kwargs.values()]):
        start = len(encoder.mutable)
        keys_before = set(bridge.seen) if bridge is not None and call.labels[i] in call.declared else None
        parts.append(encoder.value(value))
        call.spans.append((start, len(encoder.mutable)))
        if call.labels[i] in call.declared:
            back.append(i)
            encoder.peer.allow(value)
            if keys_before is not None:
                bridge.writable |= {key for key in set(bridge.seen) - keys_before if key[0] == "b"}
                bridge.writable |= bridge.keys_in(value)
    return [
        "ca",
        parts[: len(call.args)],
        [[key, part] for key, part in zip(call.kwargs, parts[len(call.args) :], strict=True)],
        back,
    ]


ENCODERS[Call] = _encode_call
DECODERS["A"] = lambda d, s: d.origin[s[1]]


class Examiner(Peer):
    """The tests' end of the wire."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, "b")
        self.job: dict[str, Any] = {}
        self.facts: dict[str, Any] | None = None
        self.load_error: BaseException | None = None
        self.copy_back: dict[str, set[str]] = {}
        self.now: list[Call] = []
        self.noted: list[str] = []
        self.undeclared: set[str] = set()
        self.tampered: str | None = None
        self.memory: str | None = None
        self.failed_inside: AssertionError | None = None  # of the test's own, while the code called back
        self.asking = 0
        self.calls = 0
        self.parts = [0.0, 0.0]  # seconds in which this side waited: for answers, for the code to be loaded

    def start(self, job: dict[str, Any]) -> None:
        """Take a job."""
        self.job = job
        self.random_key = hashlib.blake2b(job["tests"].encode("utf-8", "surrogatepass"), digest_size=32).digest()
        for entry in job.get("copy_back") or ():
            owner, _, parameter = entry.rpartition(".")
            self.copy_back.setdefault(owner, set()).add(parameter)
        module = types.ModuleType("solution")
        for name in job["entry_points"]:
            setattr(module, name, handles.EntryPoint(self, name))
        sys.modules["solution"] = module

    # ---- calls

    def request(self, op: str, *arguments: Any) -> Any:
        if op != "load":
            self.ensure_loaded()
        started, outermost = time.monotonic(), not self.asking
        self.asking += 1
        try:
            return super().request(op, *arguments)
        except Broken as error:
            self.tampered = f"the code's process broke the protocol: {error}"
            raise CodeGone(self.tampered) from None
        except (Closed, ConnectionError) as error:
            if isinstance(error, ConnectionError) and not self.broken:
                raise
            raise CodeGone(self.broken or "the code's process is gone") from None
        finally:
            self.asking -= 1
            if outermost:
                self.parts[op == "load"] += time.monotonic() - started
                self.calls += op != "load"
                failed, self.failed_inside = self.failed_inside, None
                if failed is not None and not self.broken:
                    raise failed  # whatever the code made of it

    def ensure_loaded(self) -> None:
        """Have the code loaded; only ever after the tests were collected, except when a test module calls it itself."""
        if self.facts is not None or self.load_error is not None:
            if self.load_error is not None:
                raise CodeGone("the code could not be loaded")
            return
        self.facts = {}
        job = {key: self.job[key] for key in ("code", "entry_points", "memory_mb")}
        job["threads"] = int(self.job.get("threads") or 1)
        try:
            facts = self.request("load", {**job, "seed": self.job.get("seed") or 0})
        except (CodeGone, Exception, SystemExit) as error:
            self.load_error = error
            raise CodeGone("the code could not be loaded") from error
        self.facts = facts if isinstance(facts, dict) else {}

    def call_entry(self, name: str, args: Any, kwargs: Any) -> Any:
        """Call a function or class that the problem asks for."""
        self.ensure_loaded()
        parameters = ((self.facts or {}).get("parameters") or {}).get(name, {}).get(name, [])
        return self._call("entry", name, name, parameters, args, kwargs)

    def call(self, target: Any, args: Any, kwargs: Any) -> Any:
        """Call a stand-in."""
        about = getattr(target, "_h_about", None) or getattr(target, "_judge_about", None) or {}
        qualname = str(about.get("qualname") or f"{about.get('class')}.__call__").replace(".<locals>", "")
        if hasattr(target, "_judge_about"):
            qualname = f"{about.get('class')}.forward"
        return self._call("call", target, qualname, about.get("parameters") or [], args, kwargs)

    def call_method(self, target: Any, name: str, args: Any, kwargs: Any) -> Any:
        """Call a method of a stand-in."""
        about = getattr(target, "_h_about", None) or getattr(target, "_judge_about", None) or {}
        entry = (about.get("methods") or {}).get(name)
        known = type(entry) is list and len(entry) == 2 and type(entry[0]) is str
        qualname, parameters = entry if known else (f"{about.get('class')}.{name}", [])
        return self._call("method", target, qualname, parameters, args, kwargs, name)

    def _call(self, op: str, target: Any, qualname: str, parameters: Any, args: Any, kwargs: Any, *name: str) -> Any:
        declared = self.copy_back.get(qualname, set()) | self.copy_back.get(qualname.rpartition(".")[2], set())
        if qualname.endswith(".__call__"):
            declared = declared | self.copy_back.get(qualname[: -len(".__call__")] + ".forward", set())
        call = Call(qualname, parameters if type(parameters) is list else [], args, kwargs, declared)
        self.now.append(call)
        try:
            return self.request(op, target, *name, call)
        finally:
            self.now.pop()

    def allow(self, value: Any) -> None:
        """The code may change this object: it is named in `copy_back`."""
        self.writable_objects.add(id(value))
        if isinstance(value, (list, tuple)):
            for item in value:
                self.allow(item)
        elif isinstance(value, dict):
            for item in value.values():
                self.allow(item)
        elif hasattr(value, "_modules"):
            for child in value._modules.values():
                self.allow(child)

    def entry_attribute(self, name: str, attribute: str) -> Any:
        """An attribute of a class that the problem asks for."""
        return self.request("entry_get", name, attribute)

    def entry_is_module(self, name: str) -> Any:
        """`nn.Module` if that is what the entry point's class derives from."""
        if ((self.facts or {}).get("kinds") or {}).get(name) == "module":
            return sys.modules["torch"].nn.Module
        return None

    # ---- what comes along with answers

    def take_extras(self, extras: dict[str, Any], decoder: Decoder) -> None:
        for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
            if type(extras.get(name)) is str:
                stream.write(extras[name])
        call = self.now[-1] if self.now else None
        for number, skeleton in extras.get("changed") or ():
            self._take_change(call, number, skeleton, decoder)
        for skeleton in extras.get("back") or ():
            if call is None or not call.declared:
                raise Malformed("nothing was to come back")
            decoder.value(skeleton)
        for names, text in (extras.get("warnings") or [])[:100]:
            made = rebuild_exception(["ex", names, [text]])
            if isinstance(made, Warning):
                warnings.warn(made, stacklevel=2)

    def _take_change(self, call: Call | None, number: int, skeleton: Any, decoder: Decoder) -> None:
        value = decoder.origin[number]  # type: ignore[attr-defined]
        owner = None
        if call is not None:
            for label, (start, stop) in zip(call.labels, call.spans, strict=False):
                if start <= number < stop:
                    owner = label
        if value is None or (owner is None and call is not None):
            return
        if type(value).__name__ in ("Generator", "RandomState"):
            moved = decoder.value(skeleton)
            if only_advanced(value, moved):
                overwrite(value, moved)
            else:
                self.strange_random.add(type(value).__name__)
            return
        if call is not None and owner in call.declared:
            overwrite(value, decoder.value(skeleton))
            return
        self.note_change(call, owner)
        scramble(value)

    def note_change(
        self, call: Call | None, owner: str | None, effect: str = "the test sees scrambled values there"
    ) -> None:
        """The code changed an argument without leave: a report says so."""
        if call is not None:
            self.undeclared.add(f"{call.qualname}.{owner}")
            self.noted.append(f"`{call.qualname}` changed its argument `{owner}` in place; {effect}")

    def changed_without_leave(self, value: Any) -> None:
        self.note_change(self.now[-1] if self.now else None, "with parameters")
        scramble(value)

    def flag_without_leave(self) -> None:
        effect = "`requires_grad` stays as the test has it"
        self.note_change(self.now[-1] if self.now else None, "with parameters", effect)

    # ---- what the code may ask of the tests

    def serve(self, op: str, arguments: list[Any]) -> Any:
        target = arguments[0] if arguments else None
        if op == "call" and id(target) in self.numbers and callable(target):
            args, kwargs = arguments[1], arguments[2]
            return target(*args, **kwargs)
        if op == "iter" and id(target) in self.numbers:
            return iter(target)
        if op == "next" and id(target) in self.numbers:
            try:
                return (next(target),)
            except StopIteration:
                return None
        if op == "dunder" and id(target) in self.numbers and arguments[1] in ("__len__", "__getitem__"):
            return len(target) if arguments[1] == "__len__" else target[arguments[2]]
        if (
            op == "get"
            and id(target) in self.numbers
            and type(arguments[1]) is str
            and not arguments[1].startswith("_")
        ):
            if type(target).__module__ == "tests" or isinstance(target, (types.SimpleNamespace,)):
                return getattr(target, arguments[1])
            raise AttributeError(arguments[1])
        if (
            op == "set"
            and id(target) in self.numbers
            and type(target).__module__ == "tests"
            and not str(arguments[1]).startswith("_")
        ):
            return setattr(target, str(arguments[1]), arguments[2])
        if op == "backward":
            return self.bridge.backward(*arguments)
        raise PermissionError(f"the code may not {op} this object of the test's")

    def perform(self, op: str, arguments: list[Any], decoder: Decoder) -> Any:
        try:
            return super().perform(op, arguments, decoder)
        except AssertionError as error:
            if not hasattr(error, "remote_traceback"):
                self.failed_inside = self.failed_inside or error
            raise

    def describe(self, value: Any) -> dict[str, Any]:
        return handles.describe(value, None)

    def stand_in(self, number: int, about: dict[str, Any]) -> Any:
        return handles.class_for(about)(self, number, about)


def live(line: int, sock: socket.socket, order: dict[str, Any]) -> int:
    """The process's life: prepare pytest, wait for a job, run it, report."""
    os.umask(0)
    session.TestPath.folder = Path(order["folder_b"])
    os.chdir(order["folder_b"])
    os.environ["TMPDIR"] = order["folder_b"]
    peer = Examiner(sock)
    sys.modules.pop("solution", None)
    job = read_json(line)
    prepared = session.take(Path(order["folder_b"], "stage"), job["tests"])
    started = time.monotonic()
    code = compiled(line, job, prepared)
    box.limit_memory(int(job["memory_mb"]) + (WIRE_LIMIT >> 20))  # a test may do much with a small answer
    peer.start(job)
    compiled_at = time.monotonic()
    reporter = Reporter(line, peer, job)
    session.run(prepared, job["tests"], reporter, code)
    frame = reporter.end()
    from . import flags

    frame["flags"] += flags.look(job["code"])
    seconds = {"examiner": time.monotonic() - started, "compile": compiled_at - started}
    seconds |= {"load": peer.parts[1], "calls": peer.parts[0]}
    frame["evidence"] |= {f"{name}_seconds": round(value, 5) for name, value in seconds.items()}
    frame["evidence"]["calls"] = peer.calls
    write_json(line, frame)
    return 0


def compiled(line: int, job: dict[str, Any], prepared: pytest.Session) -> types.CodeType | None:
    """The tests' code: the host has it from an earlier sample, or gets it now, while the code is not yet loaded."""
    digest = hashlib.sha256(job["tests"].encode("utf-8", "surrogatepass")).hexdigest()
    stamp = f"{importlib.util.MAGIC_NUMBER.hex()} pytest {pytest.__version__} {digest} "  # what made it, of what
    known = job.pop("compiled", "")
    code: types.CodeType
    if known.startswith(stamp):
        with contextlib.suppress(ValueError, zlib.error):  # damaged on the way
            code = marshal.loads(zlib.decompress(base64.b64decode(known.removeprefix(stamp))))
            return code
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = session.compile_tests(job["tests"], prepared.config)
    except Exception:
        return None  # pytest will say what is wrong, in its own words
    packed = base64.b64encode(zlib.compress(marshal.dumps(code), 1)).decode()
    write_json(line, {"type": "compiled", "code": stamp + packed})
    return code


def rehearse() -> None:
    """A session over trivial tests, in the zygote, so that a child finds everything imported; it computes nothing."""
    source = (
        "import pytest\n@pytest.mark.parametrize('a', [1])\n"
        "def test_a(a, tmp_path, capsys):\n    assert a == pytest.approx(1)\n\n"
        "def test_b():\n    assert [1, 2] == [1, 3]\n"
    )
    reader = types.SimpleNamespace(pytest_runtest_logreport=lambda report: str(report.longrepr))
    pieces = {key: sys.modules.get(key) for key in ("tests", "solution")}
    out = sys.stdout
    sys.stdout = session.Silent()  # type: ignore[assignment]
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        session.TestPath.folder = Path(folder)
        session.run(session.begin(Path(folder, "stage")), source, reader)
    sys.stdout = out
    list(tokenize.generate_tokens(iter(["a = 1\n"]).__next__))  # its patterns are compiled by the first use
    for key, module in pieces.items():
        if module is None:
            sys.modules.pop(key, None)
