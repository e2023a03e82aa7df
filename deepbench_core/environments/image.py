"""Building an environment as an image of the engine."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from deepbench_core import engine
from deepbench_core.environments.definition import (
    DOCKERFILE,
    IMAGE_PYTHON,
    LIST_VERSIONS,
    REQUIREMENTS,
    Environment,
    Progress,
    check_complete,
)
from deepbench_core.environments.pip import last_line, pip, run, shorten
from deepbench_core.errors import DeepBenchError, EnvironmentBuildError

# Asked of a base image, so that the host can fetch wheels that fit it.
_DESCRIBE_PYTHON = """
import json, platform, sys, sysconfig
print(json.dumps({"version": list(sys.version_info[:2]), "machine": platform.machine(), "libc": platform.libc_ver(),
    "gil": not sysconfig.get_config_var("Py_GIL_DISABLED")}))
"""


# Where an image says what is in it, so that everyone who shares the engine can tell.
VERSIONS, BASE = "deepbench.versions", "deepbench.base-image"


def versions(environment: Environment) -> dict[str, str] | None:
    """What the built image holds, as its label says; None where there is no such image, or no engine."""
    from docker.errors import DockerException

    try:
        client = engine.connect(timeout=20)
    except DeepBenchError:
        return None
    try:
        labels = client.inspect_image(environment.image)["Config"]["Labels"] or {}
        found: dict[str, str] = json.loads(labels[VERSIONS])
    except (DockerException, KeyError, ValueError):
        return None
    finally:
        client.close()
    return found


def build(environment: Environment, base_image: str, say: Progress) -> None:
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
            _engine_build(client, environment, say, {}, path=str(context), buildargs={"BASE_IMAGE": base_image})
        say(f"{environment.name}: recording versions")
        found = json.loads(_run_in_image(client, environment.image, LIST_VERSIONS, python=IMAGE_PYTHON))
        check_complete(environment, found)
        about = io.BytesIO(f"FROM {environment.image}".encode())
        _engine_build(client, environment, say, {VERSIONS: json.dumps(found), BASE: base_image}, fileobj=about)
        shutil.rmtree(wheels, ignore_errors=True)
        # The first stage holds the wheels a second time.
        client.prune_images(filters={"dangling": True, "label": ["deepbench=build"]})
    except (APIError, BuildError, DockerException) as error:
        raise EnvironmentBuildError(f"{environment.name}: {last_line(str(error))}") from None
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
                    raise EnvironmentBuildError(f"{image}: {last_line(step['error'])}") from None
            client.inspect_image(image)
        except DockerException as error:
            hint = "set $DEEPBENCH_BASE_IMAGE to an image that the engine has, Python 3.11 or newer in it"
            raise EnvironmentBuildError(f"can't pull {image}; {hint}: {last_line(str(error))}") from None


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
        raise EnvironmentBuildError(f"{image}: no usable Python in it: {last_line(text)}")
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
    with pip() as command:
        download = [
            *command,
            "download",
            "--only-binary=:all:",
            "--no-input",
            "--progress-bar",
            "off",
            "-d",
            str(wheels),
        ]
        target = ["--implementation", "cp", "--python-version", f"{major}.{minor}"]
        for abi in (tag if python["gil"] else f"{tag}t", "abi3", "none"):
            target += ["--abi", abi]
        for platform in _platform_tags(python["machine"], python["libc"]):
            target += ["--platform", platform]
        run([*download, *target, *environment.wanted, "pip"], environment, say)
    return wheels


def _platform_tags(machine: str, libc: list[str]) -> list[str]:
    """Wheel platforms that a Linux image can use, the newest first (PEP 600, PEP 656)."""
    name, version = libc
    if name != "glibc":
        return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1)] + [f"linux_{machine}"]
    newest = int(version.split(".")[1])
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 4, -1)]
    return [*tags, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]


def _engine_build(client: Any, environment: Environment, say: Progress, labels: dict[str, str], **source: Any) -> None:
    output: list[str] = []
    steps = client.build(
        **source,
        tag=environment.image,
        network_mode="none",
        labels={"deepbench": "environment", "deepbench.environment": environment.name, **labels},
        rm=True,
        forcerm=True,
        decode=True,
    )
    for step in steps:
        if "error" in step:
            # The engine's own last line only repeats the command; what the command said is above it.
            said = [line for line in output if not line.startswith(("Step ", "--->", "Removing"))]
            errors = [line for line in said if "ERROR" in line]
            raise EnvironmentBuildError(f"{environment.name}: {(errors or said or [last_line(step['error'])])[-1]}")
        for line in str(step.get("stream", "")).splitlines():
            if line.strip():
                output.append(line.strip())
                if line.startswith(("Step ", "Installing collected")):
                    say(f"{environment.name}: {shorten(line.strip())}")
        del output[:-50]


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target
