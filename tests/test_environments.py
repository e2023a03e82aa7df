"""Definitions, and builds that are either whole or not there."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from deepbench_core import engine, environments, paths
from deepbench_core.environments import build, environment_names, find_built, image, load_environment
from deepbench_core.errors import EnvironmentBuildError, UserError

DEFINITION = 'description = "for tests"\npreload = ["iniconfig"]\n'


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small definition in the place of the product's."""
    folder = tmp_path / "definitions"
    dockerfile = paths.environments_dir() / "torch-cpu" / "Dockerfile"
    small = folder / "small"
    small.mkdir(parents=True)
    (small / "environment.toml").write_text(DEFINITION)
    (small / "requirements.txt").write_text("# a comment\niniconfig==2.3.1\n")
    (small / "Dockerfile").write_text(dockerfile.read_text())
    monkeypatch.setattr(paths, "environments_dir", lambda: folder)
    return folder


def entries() -> list[str]:
    return sorted(p.name for p in (paths.home_dir() / "environments").iterdir() if not p.name.endswith(".lock"))


def test_shipped_definitions_are_pinned_and_hold_the_judges_own_packages() -> None:
    assert {"torch-cpu", "sklearn", "jax-cpu"} <= set(environment_names())
    for name in environment_names():
        environment = load_environment(name)
        lines = [line for line in environment.requirements.splitlines() if line.strip() and not line.startswith("#")]
        assert all("==" in line for line in lines), name
        assert {"pytest", "pyseccomp"} <= {line.partition("==")[0] for line in lines}
        assert environment.preload
        assert environment.dockerfile.split("ARG ", 1)[1].startswith("BASE_IMAGE=python:3.11-slim")


def test_digest_follows_what_is_installed_and_nothing_else(definitions: Path) -> None:
    before = load_environment("small").digest
    (definitions / "small" / "environment.toml").write_text(DEFINITION.replace("for tests", "other words"))
    (definitions / "small" / "requirements.txt").write_text("iniconfig==2.3.1\n\n# another comment\n")
    assert load_environment("small").digest == before
    (definitions / "small" / "requirements.txt").write_text("iniconfig==2.1.0\n")
    assert load_environment("small").digest != before


@pytest.mark.parametrize(
    ("name", "words"),
    [("nope", "no environment 'nope'; there is small"), ("../small", "no environment"), ("", "no environment")],
)
def test_unknown_name_says_what_there_is(definitions: Path, name: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        load_environment(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("description = 3", "environment.toml: description"),
        ('description = "words"\nextra = 1', "environment.toml: extra"),
        ("description =", "small: "),
    ],
)
def test_broken_definition_names_file_and_field(definitions: Path, text: str, words: str) -> None:
    (definitions / "small" / "environment.toml").write_text(text)
    with pytest.raises(UserError, match=words):
        load_environment("small")


def test_builds_a_venv_that_works_and_finds_it_again(definitions: Path) -> None:
    said: list[str] = []
    built = build("small", progress=said.append)
    assert built.versions["iniconfig"] == "2.3.1"
    python = Path(built.reference) / "bin" / "python"
    done = subprocess.run([python, "-c", "import iniconfig, sys; print(sys.prefix)"], capture_output=True, text=True)
    assert done.stdout.strip() == built.reference
    assert said[-1].startswith("small: ready (1 packages, Python 3.")
    assert entries() == [Path(built.reference).name]
    said.clear()
    assert build("small", progress=said.append) == built
    assert said == []


def test_a_package_that_no_index_has_is_installed_from_its_wheel(definitions: Path) -> None:
    before = load_environment("small").digest
    wheels = definitions / "small" / "wheels"
    wheels.mkdir()
    about = "deepbench_made_up-1.0.dist-info"
    with zipfile.ZipFile(wheels / "deepbench_made_up-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up.py", "VALUE = 7\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: deepbench-made-up\nVersion: 1.0\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    (definitions / "small" / "requirements.txt").write_text("deepbench-made-up==1.0\n")
    assert load_environment("small").digest != before
    built = build("small")
    assert built.versions["deepbench-made-up"] == "1.0"
    command = [f"{built.reference}/bin/python", "-c", "import made_up; print(made_up.VALUE)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "7\n"


def test_broken_build_ends_with_pips_last_line_and_leaves_nothing(definitions: Path) -> None:
    (definitions / "small" / "requirements.txt").write_text("iniconfig==0.0.0.1\n")
    with pytest.raises(EnvironmentBuildError, match="No matching distribution found for iniconfig") as caught:
        build("small")
    assert "\n" not in str(caught.value)
    assert entries() == []
    assert find_built("small") is None


def test_packages_on_the_callers_path_do_not_count_as_installed(
    definitions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (definitions / "small" / "requirements.txt").write_text(f"iniconfig=={version('iniconfig')}\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
    assert build("small").versions["iniconfig"] == version("iniconfig")


def test_build_that_was_killed_is_built_again(definitions: Path) -> None:
    environment = load_environment("small")
    partial = environment.venv.with_name(f".{environment.venv.name}.partial")
    (partial / "bin").mkdir(parents=True)
    (partial / "bin" / "python").touch()
    assert find_built("small") is None
    build("small")
    assert entries() == [environment.venv.name]


def test_venv_without_its_interpreter_is_not_taken_for_built(definitions: Path) -> None:
    built = build("small")
    python = Path(built.reference) / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert find_built("small") is None
    assert build("small").reference == built.reference
    assert find_built("small") is not None


def test_two_processes_build_once(definitions: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from deepbench_core import environments, paths\n"
        f"paths.environments_dir = lambda: Path({str(definitions)!r})\n"
        "environments.build('small', progress=print)"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert sum("creating a virtual environment" in text for text in said) == 1


def test_wheel_platforms_start_with_the_images_own_libc() -> None:
    tags = image._platform_tags("x86_64", ["glibc", "2.36"])
    assert tags[0] == "manylinux_2_36_x86_64"
    assert tags[-1] == "linux_x86_64"
    assert "musllinux_1_2_aarch64" in image._platform_tags("aarch64", ["", ""])


@pytest.fixture
def no_image() -> Iterator[None]:
    """Removes the small environment's images afterwards."""
    yield
    with contextlib.closing(engine.connect()) as client:
        for found in client.images(filters={"label": ["deepbench.environment=small"]}):
            client.remove_image(found["Id"], force=True)


@pytest.mark.docker
def test_builds_an_image_without_a_network(
    definitions: Path, no_image: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_built("small", "image") is None
    built = build("small", "image")
    assert built.reference == f"deepbench-env-small:{built.environment.digest}"
    assert built.versions["iniconfig"] == "2.3.1"
    assert build("small", "image") == built
    monkeypatch.setenv("DEEPBENCH_HOME", str(tmp_path / "another"))
    assert find_built("small", "image") == built  # the engine knows, whoever built it
    with contextlib.closing(engine.connect()) as client:
        labels = client.inspect_image(built.reference)["Config"]["Labels"]
        assert labels[image.BASE] == os.environ.get("DEEPBENCH_BASE_IMAGE", environments.DEFAULT_BASE_IMAGE)
        client.remove_image(built.reference, force=True)
    assert find_built("small", "image") is None


@pytest.mark.docker
def test_base_image_without_python_is_one_line(definitions: Path) -> None:
    with contextlib.closing(engine.connect()) as client:
        client.import_image_from_data(_empty_archive(), repository="deepbench-test-empty", tag="1")
        try:
            with pytest.raises(EnvironmentBuildError) as caught:
                build("small", "image", base_image="deepbench-test-empty:1")
        finally:
            client.remove_image("deepbench-test-empty:1", force=True)
    assert "\n" not in str(caught.value)


def _empty_archive() -> bytes:
    import io
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("nothing"), io.BytesIO())
    return buffer.getvalue()
