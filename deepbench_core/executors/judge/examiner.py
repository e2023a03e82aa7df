"""Process B: has pytest and the tests, collects them before the code is there, and never imports the code."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import marshal
import os
import socket
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Any

import pytest

from . import box, handles, report, session
from .codec import DECODERS, ENCODERS, Decoder, Encoder, Malformed, rebuild_exception
from .frames import WIRE_LIMIT, Broken, Closed, read_json, write_json
from .peer import Peer
from .randomness import only_advanced, seed_everything, use_threads

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


class CodeGone(BaseException):
    """The code's process is gone or broke the protocol: no further test can run."""


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


def of_memory(error: BaseException) -> bool:
    """Whether an exception says that an allocation was refused."""
    text = str(error)
    return isinstance(error, MemoryError) or "can't allocate memory" in text or "Unable to allocate" in text


class Changed:
    """Where the code changed something that it had no leave to change. Equal to nothing."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "<changed in place by the code>"


def scramble(value: Any) -> None:
    """Make a change visible but useless: the test sees that it happened, and the code doesn't choose what it sees."""
    import random

    generator = random.Random(os.urandom(8))
    if isinstance(value, list):
        value[:] = [Changed() for _ in range(max(1, len(value)))]
    elif isinstance(value, dict):
        for key in list(value):
            value[key] = Changed()
        value[Changed()] = Changed()
    elif isinstance(value, set):
        value.add(Changed())
    elif type(value).__module__ == "numpy":
        import numpy as np

        rng = np.random.default_rng(generator.getrandbits(64))
        with contextlib.suppress(ValueError, TypeError):
            if value.dtype.kind in "biu":
                value[...] = rng.integers(0, 2 if value.dtype.kind == "b" else 100, value.shape).astype(value.dtype)
            elif value.dtype.kind in "fc":
                value[...] = rng.standard_normal(value.shape)
            elif value.dtype.kind == "O":
                value[...] = Changed()
    elif type(value).__module__.startswith("torch"):
        import torch

        source = torch.Generator().manual_seed(generator.getrandbits(63))
        with torch.no_grad(), contextlib.suppress(RuntimeError):
            if value.dtype.is_floating_point or value.dtype.is_complex:
                value.data.copy_(torch.randn(value.shape, generator=source))
            else:
                value.data.copy_(
                    torch.randint(0, 2 if value.dtype is torch.bool else 100, value.shape, generator=source)
                )
    elif type(value).__module__.startswith("pandas"):
        with contextlib.suppress(Exception):
            value[value.columns[0] if hasattr(value, "columns") else value.index[0]] = Changed()


def overwrite(value: Any, new: Any) -> None:
    """Bring an argument to the content that it has in the code's process."""
    if isinstance(value, list) and isinstance(new, list):
        value[:] = new
    elif isinstance(value, (dict, set)):
        value.clear()
        value.update(new)
    elif type(value).__module__ == "numpy":
        value[...] = new
    elif type(value).__module__.startswith("numpy"):
        from .codec_numpy import continue_from

        continue_from(value, new)
    elif type(value).__name__ == "Generator" and hasattr(value, "set_state"):
        value.set_state(new.get_state())
    elif type(value).__module__.startswith("torch"):
        import torch

        with torch.no_grad():
            if value.shape == new.shape and value.dtype == new.dtype:
                value.data.copy_(new)
            else:
                value.data = new
    elif type(value).__module__.startswith("pandas"):
        if hasattr(value, "columns"):
            value.drop(columns=list(value.columns), inplace=True)
            value.drop(index=list(value.index), inplace=True)
        value._mgr = new._mgr


DETAILED_FAILURES = 5  # per sample; later ones get the test's line and the error
GRIDS = 3  # failures per sample whose difference is kept as a picture


class Reporter:
    """The pytest plugin that turns a session into frames for the server."""

    def __init__(self, line: int, peer: Any, job: dict[str, Any]) -> None:
        self.line, self.peer, self.job = line, peer, job
        self.entries: dict[str, dict[str, Any]] = {}
        self.exit: str | None = None
        self.memory: str | None = None
        self.collect_error: str | None = None
        self.compared: dict[str, Any] | None = None
        self.failures = 0
        self.first_failure = bool(job.get("first_failure"))
        self.detailed = 0 if self.first_failure else DETAILED_FAILURES

    def name(self, nodeid: str) -> str:
        """What a test is called in reports."""
        return session.test_id(nodeid)

    def counts(self, entry: dict[str, Any]) -> bool:
        """Whether a finished test is reported."""
        return True

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        # pytest's own style parses the whole file of tests for each failure, which costs more than the test.
        item.config.option.tbstyle = "auto" if self.failures < self.detailed else "value"
        outcome = yield
        found = outcome.get_result()
        found.judge_error = call.excinfo

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and self.collect_error is None:
            self.collect_error = str(report.longrepr)[-4000:]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.compared = None
        self.peer.noted.clear()

    def pytest_assertrepr_compare(self, config: Any, op: str, left: Any, right: Any) -> None:
        # Of `a == b and …` pytest asks for the part that held, too.
        held = op == "==" and isinstance(left, str | int | float | tuple) and left == right
        if self.compared is None and not held:
            with contextlib.suppress(Exception):
                self.compared = report.compare(left, right)

    def pytest_runtest_logreport(self, report: Any) -> None:
        from . import report as reporting

        name = self.name(report.nodeid)
        entry = self.entries.setdefault(
            name, {"id": name, "outcome": "passed", "seconds": 0.0, "message": "", "traceback": "", "values": None}
        )
        entry["seconds"] = round(entry["seconds"] + report.duration, 6)
        if hasattr(report, "wasxfail"):
            entry["outcome"] = "xfailed" if report.skipped else "failed"
            entry["message"] = f"xfail: {report.wasxfail}"[:500]
        elif report.skipped and entry["outcome"] == "passed":
            entry["outcome"] = "skipped"
        elif report.failed and entry["outcome"] in ("passed", "skipped"):
            self.failures += 1
            entry["outcome"] = "failed" if report.when == "call" else "error"
            error = report.judge_error.value if report.judge_error is not None else None
            brief = self.failures > self.detailed
            entry["message"], entry["traceback"] = reporting.failure(report, error, list(self.peer.noted), brief=brief)
            entry["values"] = reporting.compared(report.judge_error, self.compared, grid=self.failures <= GRIDS)
            if isinstance(error, SystemExit):
                self.exit = f"the code called sys.exit({error.code!r})"
            if error is not None and of_memory(error):
                self.memory = f"{type(error).__name__}: {error}"[:300]
        if report.when == "teardown" and self.counts(entry):
            write_json(self.line, {"type": "test", "test": entry})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Any:
        if self.peer.broken or self.peer.load_error is not None:
            item.session.shouldstop = "the code's process is gone"
            return True
        if self.first_failure and self.failures:
            item.session.shouldstop = "one failure is enough"
            return True
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        place = {name: number for number, name in enumerate(self.job.get("order") or ())}
        if place:
            items.sort(key=lambda item: place.get(session.test_id(item.nodeid), len(place)))

    def pytest_collection_finish(self, session: Any) -> None:
        if self.collect_error is None and session.items:
            seed_everything(int(self.job.get("seed") or 0))
            use_threads(int(self.job.get("threads") or 1))
            with contextlib.suppress(CodeGone):
                self.peer.ensure_loaded()

    def end(self) -> dict[str, Any]:
        """The last frame."""
        frame: dict[str, Any] = {"type": "end", "evidence": {}, "flags": []}
        peer = self.peer
        if self.collect_error is not None and not peer.broken and peer.load_error is None:
            # Tests that the reference passes can be collected: if the code had a say in it, it is the code's failure.
            cause = "load_error" if self.job.get("expected") and getattr(peer, "calls", True) else "harness"
            frame[cause] = f"the tests could not be collected: {self.collect_error}"
            frame["evidence"]["collected"] = False
        if peer.tampered:
            frame["tampered"] = peer.tampered
        if peer.broken:
            frame["broken"] = peer.broken
        error = peer.load_error
        missing = (peer.facts or {}).get("missing")
        if error is not None and not isinstance(error, CodeGone):
            if isinstance(error, SystemExit):
                frame["exit"] = f"the code called sys.exit({error.code!r}) while it was loaded"
            else:
                frame["load_error"] = f"{getattr(error, 'original_class', type(error).__name__)}: {error}"[:1000]
                frame["load_traceback"] = getattr(error, "remote_traceback", "")
            if of_memory(error):
                self.memory = f"{type(error).__name__}: {error}"[:300]
        elif missing:
            frame["load_error"] = f"not defined: {', '.join(str(one) for one in missing)}"[:1000]
        if self.exit:
            frame["exit"] = self.exit
        if self.memory:
            frame["memory"] = self.memory
        if getattr(peer, "undeclared", None):
            frame["evidence"]["changed_in_place"] = sorted(peer.undeclared)
            frame["flags"].append("changes-arguments")
        if getattr(peer, "strange_random", None):
            frame["flags"].append("moves-the-tests-random-state")
        return frame


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
    """The tests' code: the server has it from an earlier sample, or gets it now, while the code is not yet loaded."""
    known = job.pop("compiled", None)
    if known is not None:
        code: types.CodeType = marshal.loads(base64.b64decode(known))
        return code
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = session.compile_tests(job["tests"], prepared.config)
    except Exception:
        return None  # pytest will say what is wrong, in its own words
    write_json(line, {"type": "compiled", "code": base64.b64encode(marshal.dumps(code)).decode()})
    return code


def rehearse() -> None:
    """A session over a trivial test, in the zygote, so that a child finds everything imported; it computes nothing."""
    source = (
        "import pytest\n@pytest.mark.parametrize('a', [1])\n"
        "def test_a(a, tmp_path, capsys):\n    assert a == pytest.approx(1)\n"
    )
    pieces = {key: sys.modules.get(key) for key in ("tests", "solution")}
    out = sys.stdout
    sys.stdout = session.Silent()  # type: ignore[assignment]
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        session.TestPath.folder = Path(folder)
        session.run(session.begin(Path(folder, "stage")), source, types.SimpleNamespace())
    sys.stdout = out
    for key, module in pieces.items():
        if module is None:
            sys.modules.pop(key, None)
