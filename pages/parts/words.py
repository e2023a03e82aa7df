"""Text from outside, made safe to stand where Streamlit reads Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

import streamlit as st

from deepbench_core.entries import SEPARATOR

SETTINGS = st.column_config.TextColumn(width=112, help="What tells the rows of one model apart.")

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~:$-])")


def plain(text: str) -> str:
    """The same text to the eye, whatever it holds: no links, no colours, no formulas."""
    return _SPECIAL.sub(r"\\\1", text)


def apart(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Rows' names for two columns: the models, and what tells rows of one model apart."""
    parts = [name.partition(SEPARATOR) for name in names]
    return [model for model, _, _ in parts], [settings for _, _, settings in parts]
