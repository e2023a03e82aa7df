"""From a problem to the messages a model is sent. How that is done is a *technique*."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from deepbench_core.errors import UserError
from deepbench_core.problems import Problem

# Word for word what DS-1000's authors tell a chat model, as its answers are cut by what it says.
SNIPPET = (
    "Write a short code following the given format and indentation. Place the executable code between <code> and "
    "</code> tags, without any other non-executable things."
)


@dataclass(frozen=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Technique:
    """A way to ask; `build` gets the problem and the versions of the libraries it may use."""

    slug: str
    label: str
    description: str
    build: Callable[[Problem, Mapping[str, str]], tuple[Message, ...]]


def build(problem: Problem, technique: str, libraries: Mapping[str, str] | None = None) -> tuple[Message, ...]:
    """The messages for one problem. `libraries` maps a name, `python` among them, to its version.

    Raises UserError for an unknown technique.
    """
    if technique not in TECHNIQUES:
        raise UserError(f"no technique {technique!r}; there is {', '.join(TECHNIQUES)}")
    return TECHNIQUES[technique].build(problem, libraries or {})


def to_json(messages: Sequence[Message]) -> str:
    """The messages as a JSON list of objects with `role` and `content`, as results keep them."""
    return json.dumps([asdict(message) for message in messages], ensure_ascii=False)


def told(recorded: str | None) -> str:
    """All that a model was told, out of messages as results keep them; empty where there are none to be read."""
    try:
        return "\n\n".join(str(message["content"]) for message in json.loads(recorded or "[]"))
    except (ValueError, TypeError, KeyError):
        return ""


def still_asks(recorded: str | None, problem: Problem) -> bool:
    """Whether what a model was told, as results keep it, holds the problem's prompt as it is now; so does no record."""
    said = told(recorded)
    return not said or problem.prompt.strip() in said


def prompt_hash(messages: Sequence[Message]) -> str:
    """Identifies exactly what a model was sent."""
    return hashlib.sha256(to_json(messages).encode()).hexdigest()[:16]


def fenced(code: str, language: str = "python") -> str:
    """Code as a Markdown block, with a fence longer than any inside it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def _zero_shot(problem: Problem, libraries: Mapping[str, str]) -> tuple[Message, ...]:
    """One user message and no system message: some chat templates refuse one, and others put their own there.
    A snippet is asked for as its benchmark does, with one.

    What to answer comes last, because small models follow what they read last. Without being told to leave the
    docstring out, many repeat it and reach the token limit before the body is done.
    """
    if problem.meta.form == "snippet":
        return Message("system", SNIPPET), Message("user", problem.prompt)
    if problem.meta.package:
        return (Message("user", f"{problem.prompt.rstrip()}\n\n{_package_answer(problem, libraries)}"),)
    names = _listing([f"`{name}`" for name in problem.meta.entry_points])
    classes = problem.classes
    kinds = _listing([f"the {'class' if n in classes else 'function'} `{n}`" for n in problem.meta.entry_points])
    it = "It" if len(problem.meta.entry_points) == 1 else "They"
    lines = [
        f"Implement {kinds} in Python. {it} must do exactly what is said here:",
        "",
        fenced(problem.prompt),
        "",
    ]
    if libraries:
        python = f"Python {libraries['python']}" if "python" in libraries else "Python"
        others = [f"{name} {version}" for name, version in sorted(libraries.items()) if name != "python"]
        lines += [f"The code runs with {_listing([python, *others])}; use no other library.", ""]
    lines.append(
        "Answer with one Python code block that holds the complete code: every import, every helper, and the full "
        f"body of {names}. Keep the given names and parameters. Leave out docstrings, tests and examples of use."
    )
    return (Message("user", "\n".join(lines)),)


def _package_answer(problem: Problem, libraries: Mapping[str, str]) -> str:
    """How to answer a benchmark's own prompt about a function of a package."""
    assert problem.meta.package
    module, _, name = problem.meta.package.target.partition(":")
    package = problem.meta.library or module.partition(".")[0]
    version = f" {libraries[package]}" if package in libraries else ""
    return (
        f"The code will stand for `{name}` in the module `{module}` of {package}{version}; what that module defines or "
        "imports can be used. Answer with one Python code block, without tests and examples of use."
    )


def _listing(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


TECHNIQUES: dict[str, Technique] = {
    "zero-shot": Technique("zero-shot", "Zero-shot", "The problem alone, without examples.", _zero_shot),
}
