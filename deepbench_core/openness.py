"""Whether a model's weights can be had, judged by its name: for the filter, never for a figure."""

from __future__ import annotations

import re

from deepbench_core.taxonomy import Openness

# Services that run files which anyone can fetch.
_LOCAL = ("local/", "ollama/", "ollama_chat/", "lm_studio/", "llamafile/", "hosted_vllm/", "vllm/")

# Families in the order in which they are tried, for a family may have members of both kinds. What a service calls a
# model varies, so a family is looked for anywhere behind a separator.
_FAMILIES: tuple[tuple[Openness, str], ...] = (
    (Openness.CLOSED, r"qwen[\w.]*-(max|plus|turbo)|mistral-(large-latest|medium)|codestral-latest|sonar"),
    (
        Openness.OPEN,
        (
            r"gpt-oss|gpt-neox|llama|qwen|qwq|deepseek|mistral|mixtral|codestral|devstral|ministral|magistral|pixtral"
            r"|gemma|codegemma|phi-?\d|smollm|starcoder|santacoder|codegen|olmo|granite|command-r|aya|nemotron|falcon"
            r"|yi-|internlm|glm-|chatglm|kimi-k|minimax-m|stable-?code|dbrx|jamba|exaone|hermes|wizardcoder|incoder"
        ),
    ),
    (Openness.CLOSED, r"gpt-?\d|chatgpt|o\d(-|$)|claude|gemini|palm|grok|nova-|titan|command|codex|doubao|ernie|reka"),
)


def openness(model: str) -> Openness:
    """Open where the developer publishes the weights, closed where not, unknown for a name that tells nothing."""
    name = model.lower()
    if name.startswith(_LOCAL):
        return Openness.OPEN
    for found, family in _FAMILIES:
        if re.search(rf"(?:^|[/:._-])(?:{family})", name):
            return found
    return Openness.UNKNOWN
