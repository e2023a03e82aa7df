"""What the documents tell people to type is understood, and what they point to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from deepbench_core.cli import cli, main

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
QUICK = {("problems", "list"), ("problems", "show"), ("leaderboard",), ("env", "list"), ("runs",)}


def commands() -> list[tuple[str, str]]:
    found = []
    for path in DOCUMENTS:
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(), re.S):
            for line in block.splitlines():
                if words := shlex.split(line, comments=True):
                    found.append((path.name, shlex.join(words)))
    return found


@pytest.mark.parametrize(("document", "line"), commands())
def test_a_command_in_a_document_is_understood(document: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [w for w in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=.*", w)]
    program = Path(words[0]).name
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
        assert all(w in targets or "=" in w for w in words[1:])
    elif program == "deepbench":
        parse(cli, words[1:])
        if any(tuple(words[1 : 1 + len(q)]) == q for q in QUICK):
            with pytest.raises(SystemExit) as ended:
                main(words[1:])
            assert ended.value.code == 0
    elif program in ("python", "python3"):
        assert (ROOT / words[1]).is_file(), line


def parse(command: click.Command, words: list[str]) -> None:
    """Have click read a line without doing what it says."""
    with command.make_context(command.name, list(words), resilient_parsing=False) as context:
        if isinstance(command, click.Group):
            rest = [*context._protected_args, *context.args]
            assert rest, f"{command.name}: no command"
            name, inner, arguments = command.resolve_command(context, rest)
            assert inner is not None, name
            parse(inner, arguments)


def test_links_and_pictures_lead_somewhere() -> None:
    missing = []
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                missing.append(f"{path.name}: {target}")
    assert not missing


def test_every_code_span_that_names_a_file_names_one() -> None:
    missing = []
    for path in DOCUMENTS:
        for name in re.findall(
            r"`((?:docs|benchmarks|deepbench_core|environments|problems|tests)/[\w./-]+)`", path.read_text()
        ):
            if not (ROOT / name).exists():
                missing.append(f"{path.name}: {name}")
    assert not missing
