"""Whether a model's weights can be had, by its name."""

from __future__ import annotations

import pytest

from deepbench_core.filters import Filters
from deepbench_core.openness import openness


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("local/smollm2-135m-instruct", "open"),
        ("local/anything-at-all", "open"),
        ("openrouter/qwen/qwen2.5-coder-32b-instruct", "open"),
        ("bedrock/us.meta.llama3-3-70b-instruct-v1:0", "open"),
        ("openrouter/openai/gpt-oss-120b", "open"),
        ("deepseek/deepseek-chat", "open"),
        ("dashscope/qwen-max", "closed"),
        ("mistral/mistral-large-latest", "closed"),
        ("openai/gpt-4o-mini", "closed"),
        ("openai/o3", "closed"),
        ("anthropic/claude-sonnet-5", "closed"),
        ("gemini/gemini-3-pro", "closed"),
        ("openai/my-company-model", "unknown"),
    ],
)
def test_a_name_tells_or_it_is_unknown(model: str, expected: str) -> None:
    assert openness(model) == expected
    assert Filters(openness=(expected,)).admits(model, "zero-shot")
    assert not Filters(openness=tuple({"open", "closed", "unknown"} - {expected})).admits(model, "zero-shot")
