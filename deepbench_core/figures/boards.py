"""Charts of rows of the board: who solves how much, at what cost, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from deepbench_core.figures.style import GREY, PALETTE, SYMBOLS, folded, on_two_lines, plain, short, small

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from deepbench_core.gaps import Gap, Gaps


def ranking(frame: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    """A dot with its interval for each row of a leaderboard, best on top. Hollow: not ranked.

    As in all figures of this module a mark's `customdata` are its model and labels, for the click that opens them.
    """
    import plotly.graph_objects as go

    rows = frame[frame["pass@1"].notna()].iloc[::-1]
    records: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in rows.to_dict("records")]
    names = [r["name"] for r in records]
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
            customdata=[[row["model"]]],
            marker={
                "color": colour,
                "size": 12,
                "symbol": "circle" if row["rank"] else "circle-open",
                "line": {"width": 2, "color": colour},
            },
            hovertemplate=f"{plain(name)}<br>{100 * row['pass@1']:.1f}% [{100 * row['low']:.1f}, "
            f"{100 * row['high']:.1f}], n = {row['problems']}<extra></extra>",
        )
    figure.update_layout(
        showlegend=False,
        height=70 + 34 * max(len(rows), 2),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        xaxis=solved_axis([r["high"] for r in records]),
        yaxis=rows_axis([on_two_lines(n, 34) for n in names]),
    )
    return figure


def cost(
    frame: pd.DataFrame, by: str, front: Sequence[bool], colours: Mapping[str, str], symbols: Mapping[str, int]
) -> go.Figure:
    """Accuracy against cost or tokens (log scale); a step line joins the rows that none beats in both.

    All rows are named where there is room for it, else those on the line.
    """
    import plotly.graph_objects as go

    records: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in frame.to_dict("records")]
    best = sorted((r[by], 100 * r["pass@1"]) for r, on in zip(records, front, strict=True) if on)
    spread = [r[by] for r in records]
    close = max(spread) <= 3 * min(spread)
    room = 0.6 if close else 0.25
    low, high = log10(min(spread)) - room, log10(max(spread)) + room
    figure = go.Figure()
    figure.add_scatter(
        x=[x for x, _ in best],
        y=[y for _, y in best],
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
    )
    for row in records:
        colour, value = colours.get(row["model"], PALETTE[-1]), 100 * row["pass@1"]
        amount = f"${row[by]:.4f} a problem" if by == "cost" else f"{row[by]:.0f} tokens an answer"
        name = row["name"]
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
            mode="markers",
            cliponaxis=False,
            customdata=[[row["model"]]],
            marker={
                "color": colour,
                "size": 10,
                "symbol": SYMBOLS[symbols.get(row["model"], 0)] + ("" if row["rank"] else "-open"),
            },
            hovertemplate=f"{plain(name)}<br>{value:.1f}% [{100 * row['low']:.1f}, {100 * row['high']:.1f}], "
            f"{amount}<extra></extra>",
        )
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    ticks = [step * 10.0**k for k in range(floor(low), floor(high) + 1) for step in steps]
    height, top = max(300, 70 + 34 * len(records)), min(105, 100 * max(r["high"] for r in records) + 8)
    named = [row for row, on in zip(records, front, strict=True) if on or len(records) <= 8]
    across = [(log10(row[by]) - low) / (high - low) for row in named]
    # Beside the mark, where its interval is not; towards where there is room.
    sides = [1 if (x > 0.5) == close else -1 for x in across]
    middles = [
        (x + side / 4, 100 * row["pass@1"] / top * (height - 56))
        for x, side, row in zip(across, sides, named, strict=True)
    ]
    for row, side, shift in zip(named, sides, shifts(middles), strict=True):
        figure.add_annotation(
            x=log10(row[by]),
            y=100 * row["pass@1"],
            text=plain(short(row["name"].rpartition("/")[2], 34 if row["name"] != row["model"] else 22)),
            showarrow=False,
            xanchor="right" if side < 0 else "left",
            xshift=9 * side,
            yshift=shift,
            font={"size": 11},
        )
    figure.update_layout(
        showlegend=False,
        height=height,
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
            "range": [0, top],
            "zeroline": False,
            "fixedrange": True,
        },
    )
    return figure


def shifts(places: Sequence[tuple[float, float]], *, line: float = 14.0, near: float = 0.4) -> list[float]:
    """How far up each label goes so that no two overlap; a place is its middle: (share of the width, pixels up)."""
    found = [0.0] * len(places)
    put: list[tuple[float, float]] = []
    for i in sorted(range(len(places)), key=lambda i: places[i][1]):
        across, up = places[i]
        for other, taken in put:  # upwards
            if abs(other - across) < near and abs(up - taken) < line:
                up = taken + line
        put = sorted([*put, (across, up)], key=lambda p: p[1])
        found[i] = up - places[i][1]
    return found


def gap_dots(
    gaps: Gaps, shown: Sequence[Gap], colours: Mapping[str, str], symbols: Mapping[str, int], *, highest: float = 1.0
) -> go.Figure:
    """One axis: a dot with its interval for each group and model, the easiest group on top; thin ones hollow, grey.

    `highest` is the highest share that this figure and those beside it show.
    """
    import plotly.graph_objects as go

    order = [g for g in sorted(gaps.overall.groups, key=lambda g: unknown_last(g.estimate.value)) if g.total]
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
                    f"{plain(gap.name)}<br>{g.label}: {100 * v.value:.0f}% [{100 * v.low:.0f}, {100 * v.high:.0f}], "
                    f"n = {v.n}{', too few to tell' if thin else ''}<extra></extra>"
                    for g, v in zip(groups, e, strict=True)
                ],
            )
    figure.update_layout(
        showlegend=False,
        height=64 + len(order) * max(48, 13 * len(shown) + 8),  # a folded label and its n need 48
        margin={"l": 8, "r": 12, "t": 4, "b": 40},
        dragmode=False,
        xaxis=solved_axis([highest]) | {"fixedrange": True},
        yaxis=rows_axis([f"{folded(g.label)}<br>{small(f'n = {g.total}')}" for g in order], edge=0.55)
        | {"fixedrange": True},
    )
    for edge in range(1, len(order)):
        figure.add_hline(y=edge - 0.5, line={"color": GREY, "width": 0.5}, opacity=0.4)
    return figure


def dumbbells(
    rows: Sequence[tuple[str, Sequence[float], Sequence[float]]],
    titles: tuple[str, str],
    colours: Sequence[str],
    links: Sequence[tuple[Sequence[str], Sequence[str]]] = (),
) -> go.Figure:
    """Each model on two benchmarks: (name, first, second), a side being (rate,) or (rate, low, high).

    A filled circle is the first benchmark, a hollow diamond the second; a line joins the two. `links` are the
    `customdata` of each row's two marks.
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
                customdata=[links[number][side]] if links else None,
                marker={"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}},
                showlegend=False,
                hovertemplate=f"{plain(name)}<br>{plain(title)}: {values[0]:.1f}%{interval}<extra></extra>",
            )
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=plain(title), marker={"symbol": symbol, "size": 11, "color": GREY}
        )
    figure.update_layout(
        height=110 + 44 * max(height, 1),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        dragmode=False,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis=solved_axis([max(side) for _, *sides in rows for side in sides]) | {"fixedrange": True},
        yaxis=rows_axis([on_two_lines(name, 30) for name, *_ in reversed(rows)]) | {"fixedrange": True},
    )
    return figure


def solved_axis(shares: Sequence[float]) -> dict[str, Any]:
    """From 0 to a little beyond the highest share, at most to 100%."""
    top = min(1.0, max((share for share in shares if isfinite(share)), default=1.0) + 0.03)
    return {"title": "% of problems solved", "range": [-2 * top, 102 * top], "zeroline": False}


def rows_axis(labels: list[str], *, edge: float = 0.6) -> dict[str, Any]:
    """An upward axis of named rows, the first at 0; without a line there, which would tell that row apart."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": labels,
        "range": [-edge, len(labels) - 1 + edge],
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
    }


def unknown_last(value: float) -> float:
    return value if isfinite(value) else -1.0
