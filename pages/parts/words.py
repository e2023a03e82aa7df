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


def name_columns(names: Iterable[str]) -> dict[str, list[str]]:
    """Rows' names as columns of a table: Model and, where rows of one model are told apart, Settings."""
    models, _, settings = zip(*(name.partition(SEPARATOR) for name in names), strict=True)
    return {"Model": list(models)} | ({"Settings": list(settings)} if any(settings) else {})
