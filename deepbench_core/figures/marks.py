"""Small drawings as SVG and HTML, for tables and headlines."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from math import isfinite

from deepbench_core.figures.style import VERDICT_COLOURS, escaped, ink
from deepbench_core.taxonomy import Verdict


def interval_svg(value: float, low: float, high: float, *, colour: str, top: float = 1.0) -> str:
    """A dot with its interval on a scale from 0 to `top`, as a data address for a table's cell."""
    width, height, pad = 120, 28, 7
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
