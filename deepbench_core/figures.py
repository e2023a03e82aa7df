"""Figures and small drawings, pure: numbers in, a Plotly figure or an SVG out. The palette is Okabe & Ito's."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from deepbench_core.filters import label
from deepbench_core.taxonomy import AXES, Verdict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from deepbench_core.compare import Matrix
    from deepbench_core.gaps import Gap, Gaps

# Okabe & Ito 2008, jfly.uni-koeln.de/color; yellow darkened and black replaced so that both themes show them.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#6B7280")
# The shape of each model's marks beside its colour, as Plotly calls it and as a character for words.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
CHARACTERS = ("●", "■", "◆", "▲", "✚", "✖", "★", "⬟")
GREY = "#8A94A0"
SEQUENTIAL = ((0.0, "#E3EFF7"), (0.5, "#6CABD1"), (1.0, "#00547F"))

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


def model_symbols(models: Sequence[str]) -> dict[str, int]:
    """Which of SYMBOLS and CHARACTERS each model has; give all models of the store."""
    return {model: i % len(SYMBOLS) for i, model in enumerate(sorted(models))}


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


def cost(
    frame: pd.DataFrame, by: str, front: Sequence[bool], colours: Mapping[str, str], symbols: Mapping[str, int]
) -> go.Figure:
    """Accuracy against cost or tokens (log scale); a step line joins the rows that none beats in both."""
    import plotly.graph_objects as go

    records: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in frame.to_dict("records")]
    best = sorted((r[by], 100 * r["pass@1"]) for r, on in zip(records, front, strict=True) if on)
    spread = [r[by] for r in records]
    room = 0.25 if max(spread) > 3 * min(spread) else 0.6
    low, high = log10(min(spread)) - room, log10(max(spread)) + room
    figure = go.Figure()
    figure.add_scatter(
        x=[x for x, _ in best],
        y=[y for _, y in best],
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
    )
    for row, on in zip(records, front, strict=True):
        colour, value = colours.get(row["model"], PALETTE[-1]), 100 * row["pass@1"]
        amount = f"${row[by]:.4f} a problem" if by == "cost" else f"{row[by]:.0f} tokens an answer"
        name = row_name(row)
        figure.add_scatter(
            x=[row[by]],
            y=[value],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [100 * row["high"] - value],
                "arrayminus": [value - 100 * row["low"]],
                "color": colour,
                "thickness": 1.5,
                "width": 0,
            },
            mode="markers+text",
            text=[_plain(short(name.rpartition("/")[2], 22))] if on or len(records) <= 8 else None,
            # Beside the mark, where its interval is not; towards the middle, where there is room.
            textposition="middle left" if log10(row[by]) > (low + high) / 2 else "middle right",
            textfont={"size": 11},
            cliponaxis=False,
            marker={
                "color": colour,
                "size": 10,
                "symbol": SYMBOLS[symbols.get(row["model"], 0)] + ("" if row["rank"] else "-open"),
            },
            hovertemplate=f"{_plain(name)}<br>{value:.1f}% [{100 * row['low']:.1f}, {100 * row['high']:.1f}], "
            f"{amount}<extra></extra>",
        )
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    ticks = [step * 10.0**k for k in range(floor(low), floor(high) + 1) for step in steps]
    figure.update_layout(
        showlegend=False,
        height=max(300, 70 + 34 * len(records)),
        margin={"l": 8, "r": 16, "t": 16, "b": 40},
        dragmode=False,
        xaxis={
            "type": "log",
            "title": "US dollars a problem" if by == "cost" else "tokens an answer",
            "range": [low, high],
            "tickprefix": "$" if by == "cost" else "",
            "tickvals": ticks,
            "ticktext": [f"{t:.{max(0, -floor(log10(t)))}f}" for t in ticks],
            "fixedrange": True,
        },
        yaxis={
            "title": "% solved",
            "range": [0, min(105, 100 * max(r["high"] for r in records) + 8)],
            "zeroline": False,
            "fixedrange": True,
        },
    )
    return figure


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


def gap_dots(gaps: Gaps, shown: Sequence[Gap], colours: Mapping[str, str], symbols: Mapping[str, int]) -> go.Figure:
    """One axis: a dot with its interval for each group and model, the easiest group on top; thin ones hollow, grey."""
    import plotly.graph_objects as go

    order = [g for g in sorted(gaps.overall.groups, key=lambda g: _unknown_last(g.estimate.value)) if g.total]
    place = {g.value: i for i, g in enumerate(order)}
    figure = go.Figure()
    step = 0.72 / max(len(shown), 1)
    for number, gap in enumerate(shown):
        model = gap.entry.model if gap.entry else ""
        symbol = SYMBOLS[symbols.get(model, 0)]
        for thin in (False, True):
            groups = [g for g in gap.groups if g.thin is thin and g.estimate.defined and g.value in place]
            if not groups:
                continue
            colour = GREY if thin else colours.get(model, PALETTE[-1])
            e = [g.estimate for g in groups]
            figure.add_scatter(
                x=[100 * v.value for v in e],
                y=[place[g.value] + step * ((len(shown) - 1) / 2 - number) for g in groups],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [100 * (v.high - v.value) for v in e],
                    "arrayminus": [100 * (v.value - v.low) for v in e],
                    "color": colour,
                    "thickness": 1.5,
                    "width": 0,
                },
                mode="markers",
                cliponaxis=False,
                marker={"color": colour, "size": 9, "symbol": symbol + ("-open" if thin else "")},
                customdata=[[model, gaps.axis, g.value] for g in groups],
                hovertemplate=[
                    f"{_plain(gap.name)}<br>{g.label}: {100 * v.value:.0f}% [{100 * v.low:.0f}, {100 * v.high:.0f}], "
                    f"n = {v.n}{', too few to tell' if thin else ''}<extra></extra>"
                    for g, v in zip(groups, e, strict=True)
                ],
            )
    figure.update_layout(
        showlegend=False,
        height=64 + len(order) * max(48, 13 * len(shown) + 8),  # a folded label and its n need 48
        margin={"l": 8, "r": 12, "t": 4, "b": 40},
        dragmode=False,
        xaxis={"title": "% of problems solved", "range": [-2, 102], "zeroline": False, "fixedrange": True},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(order))),
            "ticktext": [f"{_folded(g.label)}<br>{_small(f'n = {g.total}')}" for g in order],
            "range": [-0.55, len(order) - 0.45],
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
    )
    for edge in range(1, len(order)):
        figure.add_hline(y=edge - 0.5, line={"color": GREY, "width": 0.5}, opacity=0.4)
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
            f"{_plain(rows[y])}<br>{columns[x]}: {100 * rates[y][x]:.0f}%, n = {counts[y][x]}"
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
            words += f"<br>{_small(f'n = {counts[y][x]}')}" if row_height > 40 and known[y][x] else ""
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
            "ticktext": [_plain(short(r, 30)) for r in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(columns))),
            "ticktext": [_folded(c) for c in columns],
            "range": [-0.5, len(columns) - 0.5],
            "side": "top",
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    )
    return figure


DIVERGING = ((0.0, "#B75000"), (0.3, "#EBA368"), (0.5, "#F1F3F5"), (0.7, "#6CABD1"), (1.0, "#00547F"))


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
            f"{_plain(names[y])}<br>minus {_plain(names[x])}: {100 * matrix.difference[y][x]:+.1f} "
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
        yaxis=axis | {"range": [size - 0.5, -0.5], "ticktext": [_plain(short(n, 30)) for n in names]},
        xaxis=axis | {"side": "top", "range": [-0.5, size - 0.5], "ticktext": [_plain(short(n, 16)) for n in names]},
    )
    return figure


def outcome_bar(parts: Sequence[tuple[str, int, str]]) -> str:
    """Counts as one stacked bar in HTML, each part (words, count, colour) with its figure written in or above."""
    total = max(sum(n for _, n, _ in parts), 1)
    cells = "".join(
        f'<div style="width:{100 * n / total:.3f}%;min-width:1.6rem;background:{colour};color:{ink(colour)};'
        f'padding:0.35rem 0.2rem;text-align:center;font-weight:600" title="{escaped(words)}: {n}">{n}</div>'
        for words, n, colour in parts
        if n
    )
    keys = "".join(
        f'<span style="white-space:nowrap"><span style="display:inline-block;width:0.75rem;height:0.75rem;'
        f'border-radius:2px;background:{colour};margin-right:0.35rem"></span>{escaped(words)}: <b>{n}</b></span>'
        for words, n, colour in parts
    )
    words = ", ".join(f"{escaped(w)} {n}" for w, n, _ in parts)
    return (
        f'<div role="img" aria-label="{words}"><div style="display:flex;border-radius:6px;overflow:hidden;gap:2px">'
        f'{cells}</div><div style="display:flex;flex-wrap:wrap;gap:0.2rem 1.2rem;margin-top:0.4rem;font-size:0.9rem">'
        f"{keys}</div></div>"
    )


def ink(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour (relative luminance of WCAG 2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#111827" if luminance > 0.18 else "#FFFFFF"


def dumbbells(
    rows: Sequence[tuple[str, Sequence[float], Sequence[float]]], titles: tuple[str, str], colours: Sequence[str]
) -> go.Figure:
    """Each model on two benchmarks: (name, first, second), a side being (rate,) or (rate, low, high).

    A filled circle is the first benchmark, a hollow diamond the second; a line joins the two.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    height = len(rows)
    for side, (title, symbol) in enumerate(zip(titles, ("circle", "diamond-open"), strict=True)):
        for number, (name, *sides) in enumerate(rows):
            y, colour, values = height - 1 - number, colours[number], [100 * v for v in sides[side]]
            if side == 0:
                ends = [100 * sides[0][0], 100 * sides[1][0]]
                line = {"color": colour, "width": 1.5, "dash": "dot"}
                figure.add_scatter(x=ends, y=[y, y], mode="lines", line=line, hoverinfo="skip", showlegend=False)
            interval = f" [{values[1]:.1f}, {values[2]:.1f}]" if values[1:] else ""
            error = {"type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 0}
            shift = (0.14 if side == 0 else -0.14) if values[1:] else 0
            figure.add_scatter(
                x=values[:1],
                y=[y + shift],
                error_x=error | {"array": [values[2] - values[0]], "arrayminus": [values[0] - values[1]]}
                if values[1:]
                else None,
                mode="markers",
                cliponaxis=False,
                marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}},
                showlegend=False,
                hovertemplate=f"{_plain(name)}<br>{_plain(title)}: {values[0]:.1f}%{interval}<extra></extra>",
            )
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=_plain(title), marker={"symbol": symbol, "size": 11, "color": GREY}
        )
    figure.update_layout(
        height=110 + 44 * max(height, 1),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        dragmode=False,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": "% of problems solved", "range": [-2, 102], "zeroline": False, "fixedrange": True},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(height)),
            "ticktext": [_plain(short(name, 30)) for name, *_ in reversed(rows)],
            "range": [-0.6, height - 0.4],
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
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


def _small(words: str) -> str:
    return f'<span style="font-size:10px">{words}</span>'


def _folded(words: str) -> str:
    """A label on two lines where it is long."""
    head, space, tail = words.partition(" and ") if " and " in words else words.rpartition(" ")
    return f"{head}{' and' if ' and ' in words else ''}<br>{tail}" if space and len(words) > 12 else words


def _unknown_last(value: float) -> float:
    return value if isfinite(value) else -1.0


def _plain(text: str) -> str:
    """Plotly renders a little HTML in labels; a model's name must not."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str) -> str:
    """Text from outside as it may stand in our own HTML, attributes too."""
    return _plain(text).replace('"', "&quot;").replace("'", "&#39;")
