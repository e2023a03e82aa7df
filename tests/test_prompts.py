"""What models are sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from deepbench_core import paths, prompts
from deepbench_core.errors import UserError
from deepbench_core.extract import extract
from deepbench_core.problems import Problem, load_problem, load_suite

VERSIONS = {"torch": "2.13.0", "python": "3.11", "numpy": "2.4.6"}


@pytest.fixture(scope="module")
def focal() -> Problem:
    return load_problem(paths.problems_dir() / "deepbench" / "focal-loss")


def test_zero_shot_holds_the_prompt_as_it_is_and_names_what_may_be_used(focal: Problem) -> None:
    (message,) = prompts.build(focal, "zero-shot", VERSIONS)
    assert message.role == "user"
    assert focal.prompt.rstrip() in message.content
    assert "Python 3.11, numpy 2.4.6 and torch 2.13.0" in message.content
    assert "`focal_loss`" in message.content


def test_no_prompt_holds_anything_of_a_reference_or_a_test() -> None:
    for problem in load_suite(paths.problems_dir() / "deepbench"):
        (message,) = prompts.build(problem, "zero-shot", VERSIONS)
        without = message.content.replace(problem.prompt.rstrip(), "")
        assert "def " not in without
        assert all(f"`{name}`" in without for name in problem.meta.entry_points)


def test_a_prompt_with_fences_inside_stays_one_block(focal: Problem) -> None:
    inner = focal.prompt.replace("Args:", "```python\n    focal_loss(a, b)\n    ```\n\n    Args:")
    (message,) = prompts.build(replace(focal, prompt=inner), "zero-shot")
    assert extract(message.content, ["focal_loss"]).code == inner.rstrip()


def test_versions_can_be_unknown(focal: Problem) -> None:
    (message,) = prompts.build(focal, "zero-shot", None)
    assert "runs with" not in message.content


def test_an_unknown_technique_is_named_with_those_there_are(focal: Problem) -> None:
    with pytest.raises(UserError, match="no technique 'magic'; there is zero-shot"):
        prompts.build(focal, "magic", None)


def test_the_hash_tells_prompts_apart_and_is_stable(focal: Problem) -> None:
    one = prompts.build(focal, "zero-shot", VERSIONS)
    again = prompts.build(focal, "zero-shot", dict(reversed(VERSIONS.items())))
    other = prompts.build(focal, "zero-shot", VERSIONS | {"torch": "2.14.0"})
    assert prompts.prompt_hash(one) == prompts.prompt_hash(again) != prompts.prompt_hash(other)


def test_messages_go_into_results_as_json(focal: Problem) -> None:
    messages = prompts.build(focal, "zero-shot", None)
    assert json.loads(prompts.to_json(messages)) == [{"role": "user", "content": messages[0].content}]


def test_the_registry_describes_each_technique() -> None:
    for slug, technique in prompts.TECHNIQUES.items():
        assert technique.slug == slug
        assert technique.label
        assert technique.description


def test_a_class_is_asked_for_as_a_class(focal: Problem) -> None:
    both = replace(
        focal, prompt="class Ema:\n    pass\n", meta=focal.meta.model_copy(update={"entry_points": ("Ema", "run")})
    )
    (message,) = prompts.build(both, "zero-shot")
    assert message.content.startswith("Implement the class `Ema` and the function `run` in Python. They must")
