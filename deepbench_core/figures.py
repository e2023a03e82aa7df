"""Figures and small drawings, pure: numbers in, a Plotly figure or an SVG out. The palette is Okabe & Ito's."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from deepbench_core.filters import label
from deepbench_core.taxonomy import AXES, Verdict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Okabe & Ito 2008, jfly.uni-koeln.de/color; yellow darkened and black replaced so that both themes show them.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#6B7280")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")

VERDICT_COLOURS: dict[Verdict, str] = {
    Verdict.PASSED: "#0072B2",
    Verdict.FAILED: "#D55E00",
    Verdict.ERROR: "#E69F00",
    Verdict.TIMEOUT: "#CC79A7",
    Verdict.OUT_OF_MEMORY: "#B8A800",
    Verdict.NO_CODE: "#56B4E9",
    Verdict.CRASHED: "#009E73",
    Verdict.TAMPERED: "#111827",
    Verdict.HARNESS: "#9CA3AF",
    Verdict.PROVIDER: "#6B7280",
}


def model_colours(models: Sequence[str]) -> dict[str, str]:
    """The colour of each model: give all models of the store, so that it is the same on every page."""
    return {model: PALETTE[i % len(PALETTE)] for i, model in enumerate(sorted(models))}


def interval_svg(value: float, low: float, high: float, *, colour: str, top: float = 1.0) -> str:
    """A dot with its interval on a scale from 0 to `top`, as a data address for a table's cell."""
    width, height, pad = 150, 28, 7
    if not isfinite(value):
        return ""

    def x(share: float) -> float:
        return round(pad + (width - 2 * pad) * min(max(share / top, 0.0), 1.0), 1)

    middle, grey = height / 2, "#8A94A0"
    ticks = "".join(
        f'<line x1="{x(top * i / 4)}" y1="4" x2="{x(top * i / 4)}" y2="{height - 4}" stroke="{grey}" '
        f'stroke-opacity="{0.55 if i in (0, 4) else 0.25}"/>'
        for i in range(5)
    )
    ends = "".join(
        f'<line x1="{x(e)}" y1="{middle - 4}" x2="{x(e)}" y2="{middle + 4}" stroke="{colour}" stroke-width="2"/>'
        for e in (low, high)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'{ticks}<line x1="{x(low)}" y1="{middle}" x2="{x(high)}" y2="{middle}" stroke="{colour}" stroke-width="2"/>'
        f'{ends}<circle cx="{x(value)}" cy="{middle}" r="5" fill="{colour}"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def ranking(frame: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    """A dot with its interval for each row of a leaderboard, best on top. Hollow: not ranked."""
    import plotly.graph_objects as go

    rows = frame[frame["pass@1"].notna()].iloc[::-1]
    records: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in rows.to_dict("records")]
    names = [row_name(r) for r in records]
    figure = go.Figure()
    for y, (name, row) in enumerate(zip(names, records, strict=True)):
        colour = colours.get(row["model"], PALETTE[-1])
        figure.add_scatter(
            x=[100 * row["low"], 100 * row["high"]],
            y=[y, y],
            mode="lines",
            line={"color": colour, "width": 3},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[100 * row["pass@1"]],
            y=[y],
            mode="markers",
            cliponaxis=False,
            marker={
                "color": colour,
                "size": 12,
                "symbol": "circle" if row["rank"] else "circle-open",
                "line": {"width": 2, "color": colour},
            },
            hovertemplate=f"{_plain(name)}<br>{100 * row['pass@1']:.1f}% [{100 * row['low']:.1f}, "
            f"{100 * row['high']:.1f}], n = {row['problems']}<extra></extra>",
        )
    top = min(101.5, 100 * max((r["high"] for r in records), default=1.0) + 3)
    figure.update_layout(
        showlegend=False,
        height=70 + 34 * max(len(rows), 2),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        xaxis={"title": "% of problems solved", "range": [-1.5, top], "zeroline": False},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [_plain(short(n, 34)) for n in names],
            "range": [-0.6, len(rows) - 0.4],
            "automargin": True,
            "showgrid": False,
        },
    )
    return figure


def coverage_map(table: pd.DataFrame, *, rows: str = "stage", columns: str = "task") -> go.Figure:
    """How many problems each pair of labels has; empty cells are marked as such, not left out."""
    import plotly.graph_objects as go

    counts = [
        [int(((table[rows] == r.value) & (table[columns] == c.value)).sum()) for c in AXES[columns]] for r in AXES[rows]
    ]
    text = [[str(n) if n else "–" for n in line] for line in counts]
    figure = go.Figure(
        go.Heatmap(
            z=[[n or None for n in line] for line in counts],
            x=[c.label for c in AXES[columns]],
            y=[r.label for r in AXES[rows]],
            text=text,
            colorscale=[[0, "#D3E6F2"], [0.5, "#6CABD1"], [1, "#00689F"]],
            zmin=0,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=f"{label_of(rows)} %{{y}}, {label_of(columns)} %{{x}}: %{{text}} problems<extra></extra>",
        )
    )
    darkest = max((n for line in counts for n in line), default=0)
    for y, line in zip(AXES[rows], text, strict=True):
        for x, words in zip(AXES[columns], line, strict=True):
            dark = words != "–" and int(words) > darkest * 0.55
            colour = "#FFFFFF" if dark else "#1B2430" if words != "–" else "#8A94A0"
            figure.add_annotation(x=x.label, y=y.label, text=words, showarrow=False, font={"color": colour, "size": 14})
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        yaxis={"autorange": "reversed", "showgrid": False, "automargin": True},
        xaxis={"side": "bottom", "showgrid": False, "automargin": True},
    )
    return figure


def progress_bar(counts: Mapping[str, int], total: int) -> str:
    """Samples by verdict as one stacked bar in HTML, as wide as its place; grey is still to come."""
    parts = [
        f'<div title="{counts[v]} {v.label.lower()}" style="width:{100 * counts[v] / max(total, 1):.3f}%;'
        f'background:{VERDICT_COLOURS[v]}"></div>'
        for v in Verdict
        if counts.get(v, 0)
    ]
    style = "display:flex;height:12px;border-radius:6px;overflow:hidden;background:rgba(138,148,160,0.25)"
    words = f"{sum(counts.values())} of {total} finished"
    return f'<div role="img" aria-label="{words}" style="{style}">{"".join(parts)}</div>'


def row_name(row: Mapping[str, Any]) -> str:
    """Name of a leaderboard row: the model, and the technique where it is not the usual one."""
    return row["model"] if row["technique"] == "zero-shot" else f"{row['model']} · {row['technique']}"


def short(name: str, length: int) -> str:
    """A model's name cut in front, where providers stand."""
    return name if len(name) <= length else "…" + name[-(length - 1) :]


def label_of(axis: str) -> str:
    """Sentence-case name of an axis."""
    return label("", axis).capitalize()


def _plain(text: str) -> str:
    """Plotly renders a little HTML in labels; a model's name must not."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
