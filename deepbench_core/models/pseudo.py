"""Two models that are none: they exercise the harness and never enter a leaderboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deepbench_core.models.base import Generation
from deepbench_core.problems import Problem
from deepbench_core.prompts import Message, fenced

PSEUDO_MODELS: dict[str, str] = {
    "reference": "Answers with each problem's reference solution: everything must pass.",
    "stub": "Answers with entry points that raise NotImplementedError: nothing may pass.",
}


class PseudoModel:
    """`reference` or `stub`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.details: Mapping[str, Any] = {"provider": "deepbench"}

    def generate(self, messages: Sequence[Message], *, sample: int, problem: Problem) -> Generation:
        """Answer from the problem itself; the messages don't matter."""
        code = problem.reference if self.name == "reference" else stub(problem)
        snippet = problem.meta.form == "snippet"
        text = f"{code}\n</code>" if snippet else f"Here is the code.\n\n{fenced(code)}\n"
        return Generation(text, prompt_tokens=0, completion_tokens=0, cost=0.0, finish_reason="stop", model=self.name)

    def close(self) -> None:
        """Nothing is open."""


def stub(problem: Problem) -> str:
    """Code that defines every entry point and can do nothing; of a snippet, one that fails."""
    if problem.meta.form == "snippet":
        indent = " " * (len(problem.reference) - len(problem.reference.lstrip(" ")))
        return f"{indent}raise NotImplementedError"
    classes = problem.classes
    parts = []
    for name in problem.meta.entry_points:
        if name in classes:
            parts.append(
                f"class {name}:\n    def __init__(self, *args, **kwargs):\n        raise NotImplementedError\n"
            )
        else:
            parts.append(f"def {name}(*args, **kwargs):\n    raise NotImplementedError\n")
    return "\n\n".join(parts)
