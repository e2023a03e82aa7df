"""What an environment is: its folder, read and checked, and where it is once built."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepbench_core import paths
from deepbench_core.errors import EnvironmentBuildError, UserError

Kind = Literal["venv", "image"]
Progress = Callable[[str], None]

DEFINITION, REQUIREMENTS, DOCKERFILE = "environment.toml", "requirements.txt", "Dockerfile"
IMAGE_PYTHON = "/opt/env/bin/python"

# Run by the environment's own interpreter; its answer is what manifests record.
LIST_VERSIONS = """
import importlib.metadata as m, json, platform
print(json.dumps({"python": platform.python_version(), **{d.metadata["Name"]: d.version for d in m.distributions()}}))
"""


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(min_length=3)
    python: str = Field(default=">=3.11", pattern=r"^>=3\.\d+$")
    preload: tuple[str, ...] = ()
    aside: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Environment:
    """A definition, read and checked.

    `preload` is what a warm worker imports once, and `aside` what one does only for samples that name the library:
    every fork copies the page table of all that was imported.
    """

    name: str
    folder: Path
    description: str
    python: str
    preload: tuple[str, ...]
    aside: Mapping[str, tuple[str, ...]]
    requirements: str
    dockerfile: str

    @property
    def libraries(self) -> tuple[str, ...]:
        """All modules that some warm worker imports."""
        return (*self.preload, *(module for modules in self.aside.values() for module in modules))

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
        definition.aside,
        texts[REQUIREMENTS],
        texts[DOCKERFILE],
    )


def environment_names() -> list[str]:
    """Names of all definitions, sorted."""
    folder = paths.environments_dir()
    return sorted(p.parent.name for p in folder.glob(f"*/{DEFINITION}")) if folder.is_dir() else []


def check_complete(environment: Environment, versions: dict[str, str]) -> None:
    """Every pinned package is there in that version, as the environment's own interpreter sees it."""
    found = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in versions.items()}
    for line in _without_comments(environment.requirements).splitlines():
        name, _, pin = line.partition(";")[0].partition("==")
        if pin and ";" not in line:
            got = found.get(re.sub(r"[-_.]+", "-", name.partition("[")[0].strip()).lower(), "nothing")
            # A local version label (2.13.0+cpu) says how it was built.
            if pin.strip() not in (got, got.partition("+")[0]):
                raise EnvironmentBuildError(f"{environment.name}: {line.strip()} was asked for, {got} is there")


def _without_comments(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
