"""Where a snippet ends: DS-1000's own rule, so that its answers are cut here as they are cut there.

The rule is the benchmark's, weaknesses included: words before a fence stay in the answer, and a fence without a
language leaves none of it. A prompt says how to answer, and following that is part of what is asked.
"""

from __future__ import annotations

STOPS = ("</code>", "# SOLUTION END")  # where the benchmark tells a model to stop


def cut(response: str) -> str | None:
    """The snippet in a response, indented as it was; None for nothing but blanks."""
    for stop in STOPS:
        response = response.partition(stop)[0]
    response = response.replace("```python", "").partition("```")[0]
    response = response.partition("\nEND SOLUTION")[0].replace("<code>", "")
    return response if response.strip() else None


def after_thoughts(response: str, blanked: str) -> str:
    """The response from where its thinking ends; `blanked` is the same text with blanks in that place.

    The blanks must not become the indent of the answer's first line.
    """
    differing = [i for i, (a, b) in enumerate(zip(response, blanked, strict=True)) if a != b]
    end = differing[-1] + 1 if differing else 0
    return blanked[end:] if blanked[:end].isspace() else blanked
