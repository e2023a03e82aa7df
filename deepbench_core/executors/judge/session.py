"""A pytest session over tests that exist in memory only: no file of them is ever on disk."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts
from _pytest.config import Config, _prepareconfig

from .frames import TESTS

_words = str.split  # a line of words reads better than a column of strings

# What a judged session has no use for; each costs time per sample.
WITHOUT = _words(
    "cacheprovider junitxml pastebin stepwise doctest setuponly setupplan faulthandler legacypath "
    "unraisableexception threadexception terminalprogress terminal subtests "
)


class Silent:
    """Takes the terminal's text and drops it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


class MemoryModule(pytest.Module):
    """A test module from text."""

    source = ""
    compiled: types.CodeType | None = None

    def _getobj(self) -> types.ModuleType:
        return load_tests(self.source, self.compiled or compile_tests(self.source, self.config))


def compile_tests(source: str, config: Config) -> types.CodeType:
    """The tests' code with pytest's assertion rewriting: a quarter of what a small sample costs."""
    tree = ast.parse(source, TESTS)
    rewrite_asserts(tree, source.encode(errors="surrogatepass"), TESTS, config)
    code: types.CodeType = compile(tree, TESTS, "exec", dont_inherit=True)
    return code


def load_tests(source: str, code: types.CodeType) -> types.ModuleType:
    """Run the tests' code as the module `tests`."""
    module = types.ModuleType("tests")
    module.__file__ = TESTS
    sys.modules["tests"] = module
    # The report shows lines of the test; None for the time makes linecache believe us.
    linecache.cache[TESTS] = (len(source), None, source.splitlines(keepends=True), TESTS)
    inspect.modulesbyfile[TESTS] = "tests"  # else a traceback looks through all modules for a file that isn't there
    exec(code, vars(module))
    return module


class TestPath:
    """A `tmp_path` that the code's process may write to, whatever user that is."""

    __test__ = False
    folder = Path("/tmp")
    count = 0

    @pytest.fixture
    def tmp_path(self) -> Path:
        """A folder of this test's own."""
        return self.make("t")

    def make(self, label: str) -> Path:
        TestPath.count += 1
        path = self.folder / f"{label}{TestPath.count}-{os.urandom(4).hex()}"
        path.mkdir(mode=0o777)
        path.chmod(0o777)
        return path

    @pytest.fixture(scope="session")
    def tmp_path_factory(self) -> Any:
        """The little of pytest's factory that tests use."""
        outer = self

        class Factory:
            def mktemp(self, basename: str, numbered: bool = True) -> Path:
                return outer.make(basename)

            def getbasetemp(self) -> Path:
                return outer.folder

        return Factory()


def configure(folder: Path, plugins: list[object], logging: bool = False) -> Config:
    """A configured pytest that reads no files; made before the tests are known.

    `folder` gets an empty file in the place of the tests and must hold nothing else: pytest looks at each neighbour.
    The logging plugin costs 2 ms a test and is there only for tests that ask for `caplog`.
    """
    folder.mkdir(exist_ok=True)
    stage = folder / TESTS
    stage.touch()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    arguments = ["-c", os.devnull, "--rootdir", str(folder), "--confcutdir", str(folder), "--noconftest"]
    arguments += ["--capture=sys", "--import-mode=importlib", "--override-ini=addopts="]
    arguments += ["-W", "ignore::pytest.PytestConfigWarning"]
    for name in (*WITHOUT, *(() if logging else ("logging",))):
        arguments += ["-p", f"no:{name}"]
    out, sys.stdout = sys.stdout, Silent()  # type: ignore[assignment]
    try:
        return _prepareconfig([*arguments, str(stage)], plugins)
    finally:
        sys.stdout = out


PATHS = TestPath()
_ready: list[pytest.Session] = []  # started by the zygote, so that its children need not


def begin(folder: Path, *, logging: bool = False) -> pytest.Session:
    """A session that is configured and started, and has no tests yet."""
    return start(configure(folder, [PATHS], logging))


def start(config: Config) -> pytest.Session:
    """A started session of a configured pytest."""
    session = pytest.Session.from_config(config)
    session.exitstatus = pytest.ExitCode.OK
    config._do_configure()
    config.hook.pytest_sessionstart(session=session)
    return session


def begin_for_children(folder: Path) -> None:
    """Start the session that every forked child finds ready; the zygote's own output is not captured."""
    session = begin(folder)
    session.config.pluginmanager.getplugin("capturemanager").suspend_global_capture(in_=True)
    _ready.append(session)


def take(folder: Path, source: str) -> pytest.Session:
    """The session for these tests: the one that is ready, or a new one if they need what that lacks."""
    if not _ready or "caplog" in source:
        return begin(folder, logging="caplog" in source)
    session = _ready.pop()
    session.config.pluginmanager.getplugin("capturemanager").resume_global_capture()
    return session


def run(session: pytest.Session, source: str | None, reporter: object, code: types.CodeType | None = None) -> None:
    """Collect and run the tests, of a text or those on disk; what is wrong with them is in the reports.

    `code` is what `compile_tests` made of the text, where that is known.
    """
    config = session.config
    config.pluginmanager.register(reporter, "judge-reporter")
    if source is not None:
        collector = types.SimpleNamespace(pytest_pycollect_makemodule=collecting(source, code))
        config.pluginmanager.register(collector, "judge-collector")
    try:
        config.hook.pytest_collection(session=session)
        if not session.testsfailed:
            config.hook.pytest_runtestloop(session=session)
    except (
        pytest.Session.Failed,
        pytest.Session.Interrupted,
        pytest.UsageError,
        pytest.exit.Exception,
        KeyboardInterrupt,
        SystemExit,  # of the code, called while the tests are collected
    ):
        pass  # tests that did not run are missing, and a missing test is no pass
    finally:
        config.hook.pytest_sessionfinish(session=session, exitstatus=session.exitstatus)
        config._ensure_unconfigure()


def collecting(source: str, code: types.CodeType | None) -> Callable[..., Any]:
    """The hook that puts the tests in the place of the one file that pytest is told to collect."""

    def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> MemoryModule:
        module: MemoryModule = MemoryModule.from_parent(parent, path=module_path)
        module.source, module.compiled = source, code
        return module

    return pytest_pycollect_makemodule


def test_id(nodeid: str) -> str:
    """`session.py::TestX::test_y[1]` → `TestX::test_y[1]`."""
    return nodeid.partition("::")[2]


test_id.__test__ = False  # type: ignore[attr-defined]


def items(session: pytest.Session) -> Iterator[str]:
    """The ids of what was collected."""
    return (test_id(item.nodeid) for item in session.items)
