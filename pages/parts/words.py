"""Text from outside, made safe to stand where Streamlit reads Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~:$-])")


def plain(text: str) -> str:
    """The same text to the eye, whatever it holds: no links, no colours, no formulas."""
    return _SPECIAL.sub(r"\\\1", text)
