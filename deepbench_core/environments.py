"""Environments: what generated code may import. Defined in `environments/<name>/`, built as a venv or as an image.

Generated code never runs in the application's own environment. A definition is a folder::

    environments/<name>/
        environment.toml    description, python, preload: what a warm worker imports once
        requirements.txt    every package pinned, pytest and pyseccomp among them
        Dockerfile          ARG BASE_IMAGE; installs from wheels/, without a network
        wheels/             optional: packages that no index has, built by hand
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepbench_core import engine, paths
from deepbench_core.errors import DeepBenchError, EnvironmentBuildError, UserError

Kind = Literal["venv", "image"]
Progress = Callable[[str], None]

DEFINITION, REQUIREMENTS, DOCKERFILE = "environment.toml", "requirements.txt", "Dockerfile"
DEFAULT_BASE_IMAGE = "python:3.11-slim"
IMAGE_PYTHON = "/opt/env/bin/python"
VERSIONS = "versions.json"

# Run by the environment's own interpreter; its answer is what manifests record.
_LIST_VERSIONS = """
import importlib.metadata as m, json, platform
print(json.dumps({"python": platform.python_version(), **{d.metadata["Name"]: d.version for d in m.distributions()}}))
"""
# Asked of a base image, so that the host can fetch wheels that fit it.
_DESCRIBE_PYTHON = """
import json, platform, sys, sysconfig
print(json.dumps({"version": list(sys.version_info[:2]), "machine": platform.machine(), "libc": platform.libc_ver(),
    "gil": not sysconfig.get_config_var("Py_GIL_DISABLED")}))
"""


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(min_length=3)
    python: str = Field(default=">=3.11", pattern=r"^>=3\.\d+$")
    preload: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """A definition, read and checked."""

    name: str
    folder: Path
    description: str
    python: str
    preload: tuple[str, ...]
    requirements: str
    dockerfile: str

    @cached_property
    def digest(self) -> str:
        """Identifies what gets installed: requirements, Python and Dockerfile, without their comments."""
        digest = hashlib.sha256()
        for text in (self.python, _without_comments(self.requirements), _without_comments(self.dockerfile)):
            digest.update(len(text).to_bytes(8, "big") + text.encode())
        for wheel in self.own_wheels:
            digest.update(wheel.name.encode() + wheel.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def own_wheels(self) -> list[Path]:
        """Packages that lie beside the definition."""
        return sorted((self.folder / "wheels").glob("*.whl"))

    @property
    def wanted(self) -> list[str]:
        """What to install, as pip's arguments."""
        own = ["--find-links", str(self.folder / "wheels")] if self.own_wheels else []
        return [*own, "-r", str(self.folder / REQUIREMENTS)]

    @property
    def venv(self) -> Path:
        """Where the virtual environment is, once built."""
        return paths.home_dir() / "environments" / f"{self.name}-{self.digest}"

    @property
    def image(self) -> str:
        """The image's name, once built."""
        return f"deepbench-env-{self.name}:{self.digest}"


@dataclass(frozen=True)
class Built:
    """An environment that is there. `reference` is the venv's folder or the image's name."""

    environment: Environment
    kind: Kind
    reference: str
    versions: dict[str, str]


def load_environment(name: str) -> Environment:
    """Read one definition. Raises UserError with what there is when the name is unknown, or with what is wrong."""
    folder = paths.environments_dir() / name
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or not (folder / DEFINITION).is_file():
        raise UserError(f"no environment {name!r}; there is {', '.join(environment_names()) or 'none'}")
    try:
        texts = {file: (folder / file).read_text(encoding="utf-8") for file in (DEFINITION, REQUIREMENTS, DOCKERFILE)}
        definition = _Definition.model_validate(tomllib.loads(texts[DEFINITION]))
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: missing; an environment needs it") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{folder}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{folder / DEFINITION}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return Environment(
        name,
        folder,
        definition.description,
        definition.python,
        definition.preload,
        texts[REQUIREMENTS],
        texts[DOCKERFILE],
    )


def environment_names() -> list[str]:
    """Names of all definitions, sorted."""
    folder = paths.environments_dir()
    return sorted(p.parent.name for p in folder.glob(f"*/{DEFINITION}")) if folder.is_dir() else []


def find_built(name: str, kind: Kind = "venv") -> Built | None:
    """The built environment, or None if it has to be built (again)."""
    environment = load_environment(name)
    if kind == "venv":
        # The interpreter that the venv points to may have been removed since.
        if not (environment.venv / "bin" / "python").exists():
            return None
        record = environment.venv / VERSIONS
        reference = str(environment.venv)
    else:
        record = _image_record(environment)
        reference = environment.image
    try:
        kept = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kind == "image" and (not kept or kept.get("id") != _image_id(environment.image)):
        return None
    return Built(environment, kind, reference, kept["versions"])


def build(
    name: str,
    kind: Kind = "venv",
    *,
    progress: Progress | None = None,
    base_image: str | None = None,
    force: bool = False,
) -> Built:
    """Build an environment unless it is there already, and return it.

    Safe to call from several processes at once: one builds, the others wait and find it done. An interrupted build
    leaves nothing usable behind and is simply started again; what pip has already downloaded is kept.
    Raises EnvironmentBuildError whose message ends with pip's or the engine's last line.
    """
    from filelock import FileLock, Timeout

    environment = load_environment(name)
    say = progress or (lambda _: None)
    if not force and (built := find_built(name, kind)):
        return built
    folder = environment.venv.parent
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{name}.{kind}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"{name}: another process is building it; waiting")
        lock.acquire()
    try:
        if not force and (built := find_built(name, kind)):
            return built
        if kind == "venv":
            _build_venv(environment, say)
        else:
            _build_image(environment, base_image or os.environ.get("DEEPBENCH_BASE_IMAGE") or DEFAULT_BASE_IMAGE, say)
    except OSError as error:
        raise EnvironmentBuildError(f"{name}: {error.filename or folder}: {error.strerror or error}") from None
    finally:
        lock.release()
    if not (built := find_built(name, kind)):
        raise EnvironmentBuildError(f"{name}: was built but can't be found again in {folder}")
    say(f"{name}: ready ({len(built.versions) - 1} packages, Python {built.versions['python']})")
    return built


# The virtual environment ---------------------------------------------------------------------------------------------


def _build_venv(environment: Environment, say: Progress) -> None:
    """Install into a temporary folder beside the final one, then rename: never a half-built environment."""
    required = tuple(int(part) for part in environment.python.removeprefix(">=").split("."))
    if sys.version_info[:2] < required:
        raise EnvironmentBuildError(f"{environment.name}: needs Python {environment.python}, this is {sys.version}")
    partial = environment.venv.with_name(f".{environment.venv.name}.partial")
    old = environment.venv.with_name(f".{environment.venv.name}.old")
    shutil.rmtree(partial, ignore_errors=True)  # left by a build that was killed; the lock is ours
    try:
        say(f"{environment.name}: creating a virtual environment with Python {sys.version.split()[0]}")
        # The base interpreter, not the application's venv: `home` in pyvenv.cfg must name what the box has to mount.
        base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
        _run([base, "-m", "venv", "--without-pip", str(partial)], environment, say)
        python = str(partial / "bin" / "python")
        with _pip() as pip:
            install = [*pip, "--python", python, "install", "--prefer-binary", "--no-input", "--progress-bar", "off"]
            _run([*install, *environment.wanted], environment, say)
        say(f"{environment.name}: recording versions")
        versions = json.loads(_run([python, "-I", "-c", _LIST_VERSIONS], environment, lambda _: None))
        _check_complete(environment, versions)
        (partial / VERSIONS).write_text(json.dumps({"versions": versions}, indent=1), encoding="utf-8")
        shutil.rmtree(old, ignore_errors=True)
        if environment.venv.exists():
            environment.venv.rename(old)
        partial.rename(environment.venv)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _pip() -> Iterator[list[str]]:
    """A pip that can install into another interpreter (22.3 or newer): ours, else one in a throw-away venv."""
    own = [sys.executable, "-m", "pip"]
    asked = subprocess.run([*own, "--version"], capture_output=True, text=True, check=False, env=_own_environment())
    version = asked.stdout.split()
    if len(version) > 1 and tuple(int(p) for p in re.findall(r"\d+", version[1])[:2]) >= (22, 3):
        yield own
        return
    with tempfile.TemporaryDirectory(prefix="deepbench-pip-") as folder:
        made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True, check=False)
        if made.returncode:
            raise EnvironmentBuildError(
                f"no pip here, and venv can't make one: {_last_line(made.stdout + made.stderr)}"
            )
        yield [str(Path(folder) / "bin" / "python"), "-m", "pip"]


# The image -----------------------------------------------------------------------------------------------------------


def _build_image(environment: Environment, base_image: str, say: Progress) -> None:
    """Fetch wheels that fit the base image's Python on this machine, then build from them without a network."""
    from docker.errors import APIError, BuildError, DockerException

    client = engine.connect(timeout=600)
    try:
        say(f"{environment.name}: looking at the Python of {base_image}")
        _ensure_image(client, base_image, say)
        python = json.loads(_run_in_image(client, base_image, _DESCRIBE_PYTHON))
        wheels = _download_wheels(environment, python, say)
        say(f"{environment.name}: building the image {environment.image} from {len(list(wheels.iterdir()))} wheels")
        with tempfile.TemporaryDirectory(prefix="deepbench-image-") as scratch:
            context = Path(scratch)
            (context / REQUIREMENTS).write_text(environment.requirements, encoding="utf-8")
            (context / DOCKERFILE).write_text(environment.dockerfile, encoding="utf-8")
            shutil.copytree(wheels, context / "wheels", copy_function=_link_or_copy)
            _engine_build(client, environment, context, base_image, say)
        say(f"{environment.name}: recording versions")
        versions = json.loads(_run_in_image(client, environment.image, _LIST_VERSIONS, python=IMAGE_PYTHON))
        _check_complete(environment, versions)
        record = {
            "id": client.inspect_image(environment.image)["Id"],
            "base_image": base_image,
            "versions": versions,
        }
        _image_record(environment).write_text(json.dumps(record, indent=1), encoding="utf-8")
        shutil.rmtree(wheels, ignore_errors=True)
        # The first stage holds the wheels a second time.
        client.prune_images(filters={"dangling": True, "label": ["deepbench=build"]})
    except (APIError, BuildError, DockerException) as error:
        raise EnvironmentBuildError(f"{environment.name}: {_last_line(str(error))}") from None
    finally:
        client.close()


def _ensure_image(client: Any, image: str, say: Progress) -> None:
    from docker.errors import DockerException, ImageNotFound

    try:
        client.inspect_image(image)
    except ImageNotFound:
        say(f"pulling {image}")
        try:
            for step in client.pull(image, stream=True, decode=True):
                if "error" in step:
                    raise EnvironmentBuildError(f"{image}: {_last_line(step['error'])}") from None
            client.inspect_image(image)
        except DockerException as error:
            hint = "set $DEEPBENCH_BASE_IMAGE to an image that the engine has, Python 3.11 or newer in it"
            raise EnvironmentBuildError(f"can't pull {image}; {hint}: {_last_line(str(error))}") from None


def _run_in_image(client: Any, image: str, program: str, *, python: str | None = None) -> str:
    """Output of a small Python program inside an image, run without a network."""
    find = 'exec "$(command -v python3 || command -v python)" -I -c "$0"'
    command = [python, "-I", "-c", program] if python else ["sh", "-c", find, program]
    container = client.create_container(
        image,
        entrypoint=command,
        labels={"deepbench": "probe"},
        host_config=client.create_host_config(network_mode="none", log_config={"type": "json-file"}),
    )
    try:
        client.start(container)
        status = client.wait(container, timeout=120)["StatusCode"]
        text = str(client.logs(container, stdout=True, stderr=bool(status)).decode(errors="replace"))
    finally:
        client.remove_container(container, force=True)
    if status:
        raise EnvironmentBuildError(f"{image}: no usable Python in it: {_last_line(text)}")
    return text


def _download_wheels(environment: Environment, python: dict[str, Any], say: Progress) -> Path:
    """Wheels for another interpreter than ours; kept until the image is built, so that a broken build goes on."""
    major, minor = python["version"]
    required = tuple(int(part) for part in environment.python.removeprefix(">=").split("."))
    if (major, minor) < required:
        raise EnvironmentBuildError(
            f"{environment.name}: needs Python {environment.python}, the image has {major}.{minor}"
        )
    tag = f"cp{major}{minor}"
    wheels = environment.venv.with_name(f".{environment.name}-{environment.digest}.wheels-{tag}-{python['machine']}")
    wheels.mkdir(exist_ok=True)
    say(f"{environment.name}: fetching wheels for Python {major}.{minor} on {python['machine']}")
    with _pip() as pip:
        download = [*pip, "download", "--only-binary=:all:", "--no-input", "--progress-bar", "off", "-d", str(wheels)]
        target = ["--implementation", "cp", "--python-version", f"{major}.{minor}"]
        for abi in (tag if python["gil"] else f"{tag}t", "abi3", "none"):
            target += ["--abi", abi]
        for platform in _platform_tags(python["machine"], python["libc"]):
            target += ["--platform", platform]
        _run([*download, *target, *environment.wanted, "pip"], environment, say)
    return wheels


def _platform_tags(machine: str, libc: list[str]) -> list[str]:
    """Wheel platforms that a Linux image can use, the newest first (PEP 600, PEP 656)."""
    name, version = libc
    if name != "glibc":
        return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1)] + [f"linux_{machine}"]
    newest = int(version.split(".")[1])
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 4, -1)]
    return [*tags, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]


def _engine_build(client: Any, environment: Environment, context: Path, base_image: str, say: Progress) -> None:
    output: list[str] = []
    steps = client.build(
        path=str(context),
        tag=environment.image,
        buildargs={"BASE_IMAGE": base_image},
        network_mode="none",
        labels={"deepbench": "environment", "deepbench.environment": environment.name},
        rm=True,
        forcerm=True,
        decode=True,
    )
    for step in steps:
        if "error" in step:
            # The engine's own last line only repeats the command; what the command said is above it.
            said = [line for line in output if not line.startswith(("Step ", "--->", "Removing"))]
            errors = [line for line in said if "ERROR" in line]
            raise EnvironmentBuildError(f"{environment.name}: {(errors or said or [_last_line(step['error'])])[-1]}")
        for line in str(step.get("stream", "")).splitlines():
            if line.strip():
                output.append(line.strip())
                if line.startswith(("Step ", "Installing collected")):
                    say(f"{environment.name}: {_shorten(line.strip())}")
        del output[:-50]


def _image_record(environment: Environment) -> Path:
    return environment.venv.with_name(f"{environment.name}-{environment.digest}.image.json")


def _image_id(image: str) -> str | None:
    from docker.errors import DockerException

    try:
        client = engine.connect(timeout=20)
    except DeepBenchError:
        return None
    try:
        return str(client.inspect_image(image)["Id"])
    except DockerException:
        return None
    finally:
        client.close()


def _without_comments(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _check_complete(environment: Environment, versions: dict[str, str]) -> None:
    """Every pinned package is there in that version, as the environment's own interpreter sees it."""
    found = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in versions.items()}
    for line in _without_comments(environment.requirements).splitlines():
        name, _, pin = line.partition(";")[0].partition("==")
        if pin and ";" not in line:
            got = found.get(re.sub(r"[-_.]+", "-", name.partition("[")[0].strip()).lower(), "nothing")
            # A local version label (2.13.0+cpu) says how it was built.
            if pin.strip() not in (got, got.partition("+")[0]):
                raise EnvironmentBuildError(f"{environment.name}: {line.strip()} was asked for, {got} is there")


# Commands ------------------------------------------------------------------------------------------------------------


def _run(command: list[str], environment: Environment, say: Progress) -> str:
    """Run a command, report pip's telling lines, return its output.

    Raises EnvironmentBuildError with its last line.
    """
    lines: list[str] = []
    # A group of its own, so that an interrupt ends pip's children too. Readable by the sandbox's uid, whatever
    # our own umask is.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        umask=0o022,
        start_new_session=True,
        env=_own_environment(),
    )
    assert process.stdout is not None
    try:
        for raw in process.stdout:
            line = raw.strip()
            lines.append(line)
            if line.startswith(("Collecting ", "Processing ", "Downloading ", "Installing collected packages")):
                say(f"{environment.name}: {_shorten(line)}")
        status = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        process.stdout.close()
    if status:
        errors = [line for line in lines if line.startswith("ERROR")]
        raise EnvironmentBuildError(f"{environment.name}: {_last_line(chr(10).join(errors or lines))}")
    return "\n".join(lines)


def _own_environment() -> dict[str, str]:
    """Ours, with pip's options but without what would make pip take other folders' packages for installed."""
    misleading = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    return {k: v for k, v in os.environ.items() if k not in misleading} | {"PYTHONUNBUFFERED": "1"}


def _shorten(line: str) -> str:
    """A line for people: without addresses and temporary paths, at most 100 characters."""
    line = re.sub(r"\s*\(from .*?\)\s*$", "", line)
    line = re.sub(r"(https?://|file://|(?<=^Processing )/)\S*/", "", line)
    return line if len(line) <= 100 else line[:99] + "…"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
