"""A package's own tests over code in the place of one of its functions: pytest from disk, in one forked process.

What shares a process can be deceived, so this is labelled `in-process` like its sibling; what it adds is proof of one
offence, that the code calls or imports the very function that it replaces.
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig

from . import overlay, session
from .inprocess import InProcess
from .peer import format_error
from .reporter import Reporter

# A package's tests may ask for fixtures of these, which a problem's own tests have no use for.
_WITH = {"legacypath", "doctest"}


class InPackage(InProcess):
    """Stands where the split judge has its peer; the code goes into the package, not into a module of its own."""

    over: overlay.Overlay | None = None

    def misplaced(self) -> str:
        try:
            overlay.Target(self.job["package"])
        except (ImportError, LookupError, AttributeError) as error:
            return f"{self.job['package']}: {error}"
        return ""

    def load(self, folder: Path) -> None:
        path = folder / "solution.py"
        path.write_text(self.job["code"], encoding="utf-8", errors="surrogatepass")
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            self.over = overlay.Overlay(self.job["package"], path, fresh=bool(self.job.get("fresh")))
        except BaseException as error:
            error.remote_traceback = format_error(error)  # type: ignore[attr-defined]
            self.load_error = error
            return
        self.facts["missing"] = []  # a target that is not defined fails where it is called
        self.check()

    def check(self) -> None:
        super().check()
        self.tampered = self.tampered or (self.over.tampered if self.over else None)


class PackageReporter(Reporter):
    """Names tests with their file, and leaves out what the package itself skips or expects to fail here.

    A test that the reference passes and the code has skipped is thereby missing, and a missing test is no pass.
    """

    def name(self, nodeid: str) -> str:
        return nodeid

    def counts(self, entry: dict[str, Any]) -> bool:
        return entry["outcome"] not in ("skipped", "xfailed")

    def end(self) -> dict[str, Any]:
        frame = super().end()
        over = self.peer.over
        if over is not None and over.candidate is None:
            frame["load_error"] = f"not defined: {over.qualname}"
        return frame


def begin(tests: list[str]) -> pytest.Session:
    """A started session that will collect these node ids, relative to where the package is installed."""
    site = next(Path(p) for p in sys.path if (Path(p) / tests[0].partition("::")[0]).is_file())
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    arguments = ["-c", os.devnull, "--rootdir", str(site), "--confcutdir", str(site), "--capture=sys"]
    arguments += ["--override-ini=addopts="]
    for name in set(session.WITHOUT) - _WITH:
        arguments += ["-p", f"no:{name}"]
    out, sys.stdout = sys.stdout, session.Silent()  # type: ignore[assignment]
    try:
        config = _prepareconfig([*arguments, *(str(site / test) for test in tests)], [session.PATHS])
    finally:
        sys.stdout = out
    return session.start(config)
