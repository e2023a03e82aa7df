"""Charts of cells: coverage, rates by group, all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from deepbench_core.figures.style import DIVERGING, GREY, SEQUENTIAL, folded, on_two_lines, plain, short, small
from deepbench_core.taxonomy import AXES

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from deepbench_core.compare import Matrix


def coverage_map(table: pd.DataFrame) -> go.Figure:
    """How many problems each stage, modality and task has: a row for each stage's modalities, empty cells in sight.

    Every cell carries a mark that can be clicked and whose `customdata` are its labels.
    """
    import plotly.graph_objects as go
    from plotly.colors import sample_colorscale

    counts = table.groupby(["stage", "task", "modality"]).size().to_dict() if len(table) else {}
    tasks, modalities = list(AXES["task"]), list(AXES["modality"])
    most = int(max(counts.values(), default=1))
    shades = {0: "rgba(138, 148, 160, 0.12)"}
    for n, shade in enumerate(sample_colorscale([list(s) for s in SEQUENTIAL], [n / most for n in range(1, most + 1)])):
        shades[n + 1] = shade
    cells: list[dict[str, Any]] = []
    ticks: dict[float, str] = {}
    written: list[dict[str, Any]] = []  # at once: each one added alone would be checked together with all before it
    place = 0.0
    for stage in AXES["stage"]:
        heading = {"x": 0, "xref": "paper", "xanchor": "left", "y": place, "showarrow": False}
        written.append(heading | {"text": f"<b>{stage.label}</b>", "font": {"size": 13}})
        for modality in modalities:
            place += 1
            ticks[place] = modality.label
            for column, task in enumerate(tasks):
                n = int(counts.get((stage.value, task.value, modality.value), 0))
                labels = [stage.value, task.value, modality.value]
                words = f"{stage.label}, {task.label.lower()}, {modality.label.lower()}"
                cells.append({"x": column, "y": place, "n": n, "labels": labels, "words": words})
                ink = "#FFFFFF" if n > most * 0.55 else "#1B2430" if n else GREY
                written.append(
                    {"x": column, "y": place, "text": str(n) if n else "–", "showarrow": False, "font": {"color": ink}}
                )
        place += 1.25
    figure = go.Figure(
        go.Scatter(
            x=[c["x"] for c in cells],
            y=[c["y"] for c in cells],
            mode="markers",
            marker={
                "symbol": "square",
                "size": 22,
                "color": [shades[c["n"]] for c in cells],
            },
            customdata=[c["labels"] for c in cells],
            text=[f"{c['words']}: {c['n'] or 'no'} problem{'' if c['n'] == 1 else 's'}" for c in cells],
            hovertemplate="%{text}<extra></extra>",
            unselected={"marker": {"opacity": 1}},
        )
    )
    figure.update_layout(
        annotations=written,
        height=int(27 * place) + 90,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        clickmode="event+select",
        dragmode=False,
        yaxis={
            "range": [place - 0.5, -0.7],
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        xaxis={
            "range": [-0.6, len(tasks) - 0.4],
            "tickvals": list(range(len(tasks))),
            "ticktext": [task.label for task in tasks],
            "side": "top",
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    )
    return figure


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    rates: Sequence[Sequence[float]],
    counts: Sequence[Sequence[int]],
    links: Sequence[Sequence[Any]],
    *,
    thin: int,
    row_height: int = 34,
    breaks: Sequence[int] = (),
) -> go.Figure:
    """Rates as a heat map with its figures written in; cells of few problems grey, cells without any “–”.

    `links` is what a click on a cell hands over; a scatter lies on the cells because heat maps can't be clicked.
    `breaks` are columns that begin another kind.
    """
    import plotly.graph_objects as go

    known = [[isfinite(r) and n > 0 for r, n in zip(*line, strict=True)] for line in zip(rates, counts, strict=True)]
    solid = [[k and n >= thin for k, n in zip(*line, strict=True)] for line in zip(known, counts, strict=True)]
    cells = [(y, x) for y in range(len(rows)) for x in range(len(columns)) if known[y][x]]
    few = [(y, x) for y, x in cells if not solid[y][x]]
    figure = go.Figure()
    for chosen, scale in ((solid, SEQUENTIAL), (None, ((0.0, GREY), (1.0, GREY)))):
        part = chosen or [[(y, x) in few for x in range(len(columns))] for y in range(len(rows))]
        figure.add_heatmap(
            z=[[100 * r if p else None for r, p in zip(*line, strict=True)] for line in zip(rates, part, strict=True)],
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            colorscale=scale,
            zmin=0,
            zmax=100,
            opacity=1.0 if chosen else 0.18,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[x for _, x in cells],
        y=[y for y, _ in cells],
        mode="markers",
        marker={"size": 28, "symbol": "square", "opacity": 0, "color": GREY},
        customdata=[links[y][x] for y, x in cells],
        hovertemplate=[
            f"{plain(rows[y])}<br>{columns[x]}: {100 * rates[y][x]:.0f}%, n = {counts[y][x]}"
            f"{'' if solid[y][x] else ', too few to tell'}<extra></extra>"
            for y, x in cells
        ],
    )
    for edge in breaks:
        figure.add_vline(x=edge - 0.5, line={"color": GREY, "width": 2})
    written = []  # given at once: each one added alone would be checked together with all before it
    for y in range(len(rows)):
        for x in range(len(columns)):
            words = f"{100 * rates[y][x]:.0f}" if known[y][x] else "–"
            words += f"<br>{small(f'n = {counts[y][x]}')}" if row_height > 40 and known[y][x] else ""
            colour = "#7A8592" if not solid[y][x] else "#FFFFFF" if rates[y][x] > 0.5 else "#1B2430"
            font = {"color": colour, "size": 12}
            written.append({"x": x, "y": y, "text": words, "showarrow": False, "font": font})
    figure.update_layout(
        annotations=written,
        height=96 + row_height * max(len(rows), 1),
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        dragmode=False,
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [on_two_lines(r, 30) for r in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(columns))),
            "ticktext": [folded(c) for c in columns],
            "range": [-0.5, len(columns) - 0.5],
            "side": "top",
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    )
    return figure


def pair_matrix(matrix: Matrix, *, level: float = 0.05) -> go.Figure:
    """Row minus column in points for all pairs of a board; bold where Holm's correction leaves a difference."""
    import plotly.graph_objects as go

    names, size = matrix.names, len(matrix.names)
    pairs = [(y, x) for y in range(size) for x in range(size) if x != y and isfinite(matrix.difference[y][x])]
    shown = [[100 * matrix.difference[y][x] if (y, x) in pairs else None for x in range(size)] for y in range(size)]
    widest = max((abs(100 * matrix.difference[y][x]) for y, x in pairs), default=1.0)
    figure = go.Figure(
        go.Heatmap(
            z=shown,
            x=list(range(size)),
            y=list(range(size)),
            colorscale=DIVERGING,
            zmid=0,
            zmin=-widest,
            zmax=widest,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    )
    figure.add_scatter(
        x=[x for _, x in pairs],
        y=[y for y, _ in pairs],
        mode="markers",
        marker={"size": 28, "symbol": "square", "opacity": 0, "color": GREY},
        customdata=[[names[y], names[x]] for y, x in pairs],
        hovertemplate=[
            f"{plain(names[y])}<br>minus {plain(names[x])}: {100 * matrix.difference[y][x]:+.1f} "
            f"[{100 * matrix.low[y][x]:.1f}, {100 * matrix.high[y][x]:.1f}]<br>p = {matrix.p[y][x]:.3f}, corrected "
            f"{matrix.holm[y][x]:.3f}, n = {int(matrix.n[y][x])}<extra></extra>"
            for y, x in pairs
        ],
    )
    written = []  # at once, as in `heat`
    for y in range(size):
        for x in range(size):
            known = (y, x) in pairs
            value = 100 * matrix.difference[y][x] if known else 0.0
            sure = known and matrix.holm[y][x] < level
            words = f"{value:+.0f}" if known else "" if x == y else "–"
            colour = GREY if not known else "#FFFFFF" if abs(value) > 0.62 * widest else "#1B2430"
            words = f"<b>{words}</b>" if sure else words
            font = {"color": colour, "size": 12}
            written.append({"x": x, "y": y, "text": words, "showarrow": False, "font": font})
    axis = {"tickmode": "array", "tickvals": list(range(size)), "showgrid": False, "zeroline": False}
    axis |= {"automargin": True, "fixedrange": True}
    figure.update_layout(
        annotations=written,
        height=110 + 34 * size,
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        dragmode=False,
        yaxis=axis | {"range": [size - 0.5, -0.5], "ticktext": [on_two_lines(n, 30) for n in names]},
        xaxis=axis | {"side": "top", "range": [-0.5, size - 0.5], "ticktext": [plain(short(n, 16)) for n in names]},
    )
    return figure
