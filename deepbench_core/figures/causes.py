"""Pictures of causes and of agreement: what fails how often, how two models differ, and who says what."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from deepbench_core.causes import Contrast, Mix
from deepbench_core.figures.grids import heat
from deepbench_core.figures.style import GREY, PALETTE, SEQUENTIAL, plain
from deepbench_core.filters import label
from deepbench_core.statistics import THIN

if TYPE_CHECKING:
    import plotly.graph_objects as go


def mix(found: Mix) -> go.Figure:
    """Shares of each group's failures by category; a click hands over the model or label, and the category."""
    rows = [f"{label(found.by, g)}" for g in found.groups]
    columns = [label("category", c) for c in found.categories]
    here = range(len(found.groups))
    across = range(len(found.categories))
    model = found.by == "model"
    return heat(
        rows,
        columns,
        [[found.share(i, j) for j in across] for i in here],
        [[int(found.totals[i])] * len(found.categories) for i in here],
        [
            [["" if not model else g, *([] if model else [found.by, g]), "category", c] for c in found.categories]
            for g in found.groups
        ],
        thin=THIN,
    )


def contrast(rows: Sequence[Contrast], a: str, b: str, colours: Sequence[str]) -> go.Figure:
    """What a fails at more (to the right) and b (to the left), in points of all answers, with intervals."""
    import plotly.graph_objects as go

    figure = go.Figure()
    shown = list(reversed(rows))
    for y, row in enumerate(shown):
        d = row.difference
        more, colour = (a, colours[0]) if d.value >= 0 else (b, colours[1])
        colour = colour if d.clear else GREY
        known = isfinite(d.low)
        figure.add_scatter(
            x=[100 * d.value],
            y=[y],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (d.high - d.value)] if known else [0],
                "arrayminus": [100 * (d.value - d.low)] if known else [0],
                "color": colour,
                "thickness": 1.5,
                "width": 0,
            },
            mode="markers",
            cliponaxis=False,
            marker={"color": colour, "size": 11, "symbol": "circle" if d.clear else "circle-open"},
            customdata=[[more, "category", row.category]],
            hovertemplate=f"{row.label}<br>{100 * row.a:.1f}% and {100 * row.b:.1f}% of answers, difference "
            f"{100 * d.value:+.1f}{f' [{100 * d.low:.1f}, {100 * d.high:.1f}]' if known else ''}, n = {d.n}"
            "<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    figure.update_layout(
        showlegend=False,
        height=70 + 30 * max(len(rows), 1),
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        dragmode=False,
        xaxis={"title": "points more of all answers", "zeroline": False, "fixedrange": True},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(shown))),
            "ticktext": [row.label for row in shown],
            "range": [-0.6, len(shown) - 0.4],
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
    )
    return figure


def confusion(labels: Sequence[str], counts: Any, names: tuple[str, str]) -> go.Figure:
    """Who said what: rows are the first one's answers, columns the second's; agreement is the diagonal."""
    import plotly.graph_objects as go

    size = len(labels)
    most = max((int(counts[y][x]) for y in range(size) for x in range(size)), default=1) or 1
    figure = go.Figure(
        go.Heatmap(
            z=[[int(counts[y][x]) or None for x in range(size)] for y in range(size)],
            x=list(range(size)),
            y=list(range(size)),
            colorscale=SEQUENTIAL,
            zmin=0,
            zmax=most,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=f"{plain(names[0])}: %{{customdata[0]}}<br>{plain(names[1])}: %{{customdata[1]}}<br>"
            "%{z} items<extra></extra>",
            customdata=[[[labels[y], labels[x]] for x in range(size)] for y in range(size)],
        )
    )
    written = []
    for y in range(size):
        for x in range(size):
            n = int(counts[y][x])
            colour = "#FFFFFF" if n > 0.5 * most else "#1B2430"
            font = {"color": colour if n else GREY, "size": 12}
            words = f"<b>{n}</b>" if x == y and n else str(n) if n else "·" if x == y else ""
            written.append({"x": x, "y": y, "text": words, "showarrow": False, "font": font})
    axis = {"tickmode": "array", "tickvals": list(range(size)), "ticktext": list(labels), "showgrid": False}
    axis |= {"zeroline": False, "automargin": True, "fixedrange": True}
    figure.update_layout(
        annotations=written,
        height=130 + 32 * size,
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        dragmode=False,
        yaxis=axis | {"range": [size - 0.5, -0.5], "title": plain(names[0])},
        xaxis=axis | {"side": "top", "range": [-0.5, size - 0.5], "title": plain(names[1]), "tickangle": -35},
    )
    return figure


def difference_map(cells: Sequence[Sequence[float | None]]) -> go.Figure:
    """Where two arrays differ: a coarse grid over the last two axes, darker is further apart, orange not finite."""
    import plotly.graph_objects as go

    finite = [v for row in cells for v in row if v is not None]
    figure = go.Figure(
        go.Heatmap(
            z=[list(row) for row in cells],
            colorscale=SEQUENTIAL,
            zmin=0,
            zmax=max(finite, default=1.0) or 1.0,
            xgap=1,
            ygap=1,
            colorbar={"thickness": 8, "outlinewidth": 0, "tickfont": {"size": 10}, "nticks": 3},
            hovertemplate="largest difference here: %{z:.4g}<extra></extra>",
        )
    )
    if len(finite) < sum(map(len, cells)):
        figure.add_heatmap(
            z=[[1 if v is None else None for v in row] for row in cells],
            colorscale=((0, PALETTE[5]), (1, PALETTE[5])),
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="infinite or no number<extra></extra>",
        )
    axis = {"visible": False, "fixedrange": True}
    rows = len(cells)
    figure.update_layout(
        height=max(90, min(230, 34 + 13 * rows)),
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        dragmode=False,
        xaxis=axis,
        yaxis=axis | {"range": [rows - 0.5, -0.5]},
    )
    return figure


def category_bar(counts: dict[str, int], *, most: int = 6) -> list[tuple[str, int, str]]:
    """The most frequent categories and the rest, as parts of `figures.outcome_bar`."""
    named = [(label("category", c), n) for c, n in counts.items() if n][:most]
    rest = sum(counts.values()) - sum(n for _, n in named)
    named += [("Other", rest)] if rest else []
    return [(words, n, PALETTE[i % len(PALETTE)]) for i, (words, n) in enumerate(named)]
