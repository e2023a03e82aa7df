"""Pictures, pure: numbers in, a Plotly figure, an SVG or a little HTML out."""

from deepbench_core.figures.boards import cost, dumbbells, gap_dots, ranking
from deepbench_core.figures.grids import coverage_map, heat, pair_matrix
from deepbench_core.figures.marks import interval_svg, outcome_bar, progress_bar
from deepbench_core.figures.style import (
    CHARACTERS,
    DIVERGING,
    GREY,
    PALETTE,
    SEQUENTIAL,
    SYMBOLS,
    VERDICT_COLOURS,
    escaped,
    ink,
    label_of,
    model_colours,
    model_symbols,
    short,
)

__all__ = [
    "CHARACTERS",
    "DIVERGING",
    "GREY",
    "PALETTE",
    "SEQUENTIAL",
    "SYMBOLS",
    "VERDICT_COLOURS",
    "cost",
    "coverage_map",
    "dumbbells",
    "escaped",
    "gap_dots",
    "heat",
    "ink",
    "interval_svg",
    "label_of",
    "model_colours",
    "model_symbols",
    "outcome_bar",
    "pair_matrix",
    "progress_bar",
    "ranking",
    "short",
]
