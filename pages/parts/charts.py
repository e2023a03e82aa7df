"""Charts that lead somewhere: a click on a mark opens the samples behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from deepbench_core import figures
from deepbench_core.compare import Matrix
from deepbench_core.filters import Filters
from pages.parts import controls, data

PLAIN = {"displayModeBar": False}
Narrow = Callable[[dict[str, str]], None]


def legend(models: Sequence[tuple[str, str]]) -> None:
    """Shape, colour and name of each row; given as (name to show, model)."""
    colours, symbols = data.colours(), data.symbols()
    marks = "".join(
        f'<span style="white-space:nowrap"><span style="color:{colours.get(model, figures.GREY)}">'
        f"{figures.CHARACTERS[symbols.get(model, 0)]}</span>&nbsp;{figures.escaped(figures.short(name, 40))}</span>"
        for name, model in models
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:0.3rem 1.2rem;font-size:0.9rem">{marks}</div>')


def clickable(
    figure: Any, *, key: str, alt: str, filters: Filters, width: int | str = "stretch", narrow: Narrow | None = None
) -> None:
    """A chart whose marks carry [model, axis, value, axis, value …]; a click shows what did not pass there.

    `width` in pixels: as wide as the page allows, and scrolled inside its own box where that is less. On the page of
    failures itself `narrow` sets its filters instead.
    """

    def opened() -> None:
        points = st.session_state[key].selection.points
        if not points:
            return
        model, *pairs = points[0]["customdata"]
        if narrow is not None:
            narrow(({"model": model} if model else {}) | dict(zip(pairs[::2], pairs[1::2], strict=True)))
            return
        there = {
            name: value if name == "suite" else (value,) for name, value in zip(pairs[::2], pairs[1::2], strict=True)
        }
        there |= {"model": (model,)} if model else {}
        controls.go("pages/failures.py", replace(filters, **there))

    def draw() -> None:
        st.plotly_chart(figure, key=key, config=PLAIN, alt=alt, on_select=opened, selection_mode="points")

    if isinstance(width, str):
        draw()
    else:
        with st.grid(1, min_column_width=width, wrap=False, key=f"{key}-box"):
            draw()


def matrix(found: Matrix, *, key: str) -> None:
    """All pairs of a board; a click makes the two the page's pair."""

    def chosen() -> None:
        points = st.session_state[key].selection.points
        if points:
            st.session_state["a"], st.session_state["b"] = points[0]["customdata"]
            st.query_params.pop("problem", None)

    with st.grid(1, min_column_width=min(300 + 70 * len(found.names), 1200), wrap=False, key=f"{key}-box"):
        st.plotly_chart(
            figures.pair_matrix(found),
            key=key,
            config=PLAIN,
            alt=f"Difference in points of all pairs of {len(found.names)} models",
            on_select=chosen,
            selection_mode="points",
        )
