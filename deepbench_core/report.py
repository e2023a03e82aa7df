"""The board as one HTML file that needs nothing else: for a paper's appendix or a team's channel.

No script, no network, no fonts: styles and drawings are inside, colours follow the reader's light or dark setting, and
the same results give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from deepbench_core import board, compare, figures, gaps, lens
from deepbench_core.board import BADGES, Leaderboard
from deepbench_core.compare import Matrix
from deepbench_core.figures import escaped, short
from deepbench_core.filters import PROBLEM_FIELDS, Filters, label
from deepbench_core.gaps import Gap, Gaps
from deepbench_core.statistics import THIN
from deepbench_core.taxonomy import AXES

if TYPE_CHECKING:
    from deepbench_core.store import Store

CHARTED = 6  # models in the drawings; the tables have all
SHORT = {
    "preprocessing": "Pre/post",
    "model-construction": "Construct",
    "training": "Train",
    "inference": "Infer",
    "evaluation": "Eval",
}
MATRIX = 20  # rows of the matrix of all pairs

STYLE = """
:root { color-scheme: light dark; --text: #1B2430; --soft: #5B6673; --line: #DCE2E8; --back: #FFFFFF; --bar: #F4F6F8 }
@media (prefers-color-scheme: dark) {
  :root { --text: #E4E9EE; --soft: #98A3B0; --line: #313B47; --back: #12171D; --bar: #1B222B }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1360px; padding: 2rem 1.25rem 4rem; color: var(--text); background: var(--back);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem } p { margin: .4rem 0; max-width: 76ch } .soft { color: var(--soft) }
.wide { overflow-x: auto; margin: .8rem 0 } table { border-collapse: collapse; font-size: .88rem }
th, td { padding: .32rem .5rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
th { background: var(--bar); font-weight: 600 } .n { text-align: right; font-variant-numeric: tabular-nums }
.matrix td { text-align: center; min-width: 3.4rem; border: 1px solid var(--back) }
.thin { color: var(--soft) } svg { display: block } svg text { fill: var(--text); font: 12px system-ui, sans-serif }
svg .soft { fill: var(--soft) } svg .rule { stroke: var(--line) }
.axes { display: flex; flex-wrap: wrap; gap: 0 1.7rem }
.axes > div { flex: 0 1 360px; min-width: 0 } .axes svg { max-width: 100%; height: auto }
.key { display: inline-block; margin-right: 1.1rem; white-space: nowrap }
@media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } tr { break-inside: avoid } }
"""

METHODS = f"""
<p>A <i>problem</i> is solved by a sample when every test that the reference solution passes ran and passed. pass@1 is
the mean over problems of the share of samples that passed, so that every problem counts the same; pass@k is the
unbiased estimator of Chen et al. 2021 (arXiv 2107.03374), pass^k the chance that all k pass.</p>
<p>Intervals are for 95% confidence and over problems: Wilson's for one sample a problem, else a bootstrap. Ranks are
ranges where paired differences leave several places possible. Rows with an answer to fewer than 95% of the problems are
not ranked. Samples that the harness or the model's provider lost are missing coverage, not failures, unless it is said
otherwise.</p>
<p>A <i>gap</i> is the best group's pass rate minus the worst's, of groups with at least {THIN} answered problems.
Because the extremes are picked after looking, it is too large on average: the corrected gap draws the groups together
by as much as noise explains (empirical Bayes), and p comes from dealing the labels at random. All pairs are compared on
the problems that both answered, by McNemar's exact test for one sample and a paired bootstrap for more, with Holm's
correction for the number of pairs.</p>
"""


def html(store: Store, filters: Filters, *, title: str = "DeepBench") -> str:
    """The whole page. `filters.suite` names the suite."""
    found = board.leaderboard(store, filters)
    axes = [gaps.gap(store, filters, axis) for axis in AXES]
    pairs = compare.matrix(store, filters)
    colours = figures.model_colours([r["model"] for r in store.rows("select distinct model from runs")])
    parts = [_head(found, filters, title)]
    if len(found.frame):
        parts += [_board(found, colours), _gaps(axes, colours), _pairs(pairs), _runs(store, found)]
    else:
        parts.append("<p>No results match.</p>")
    body = "\n".join([*parts, f"<h2>Methods</h2>{METHODS}"])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escaped(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(found: Leaderboard, filters: Filters, title: str) -> str:
    within = [label(n, v) for n in (*PROBLEM_FIELDS, "model", "technique") for v in getattr(filters, n)]
    ranked = int((found.frame["rank"] != "").sum()) if len(found.frame) else 0
    facts = [f"suite {filters.suite}", f"{found.total} problems", f"{ranked} rows ranked of {len(found.frame)}"]
    facts += [f"only {', '.join(within)}"] if within else []
    facts += ["lost samples count as failures"] if filters.faults else []
    if len(found.frame) and len(dates := found.frame["date"].dropna()):
        facts.append(f"last run {dates.max():%Y-%m-%d}")
    return (
        f'<p class="soft">{escaped(title)}</p>\n<h1>{escaped(found.sentence or "No ranked results yet")}</h1>\n'
        f'<p class="soft">{escaped(" · ".join(facts))}</p>'
    )


def _board(found: Leaderboard, colours: dict[str, str]) -> str:
    top = min(1.0, max(0.25, float(found.frame["high"].max(skipna=True) or 1.0)))
    at_k = [f"{name}{k}" for k in found.ks for name in ("pass@", "pass^")]
    stages = [stage for stage in AXES["stage"] if found.frame[f"stage:{stage} n"].any()]
    costs = found.frame["cost_per_solved"].notna().any()
    head = [("Rank", ""), ("Model", ""), ("pass@1", "n"), (f"0 to {100 * top:.0f}%, 95% interval", "")]
    head += [(name, "n") for name in at_k] + [(SHORT.get(stage.value, stage.label), "n") for stage in stages]
    head += [("Problems", "n"), *([("$ / solved", "n")] if costs else []), ("Tokens", "n"), ("Notes", "")]
    rows = []
    for row in _records(found):
        colour = colours.get(row["model"], figures.GREY)
        cells: list[tuple[str, str]] = [(escaped(row["rank"] or "–"), ""), (escaped(row["name"]), "")]
        cells += [(_share(row["pass@1"]), "n"), (_interval(row["pass@1"], row["low"], row["high"], top, colour), "")]
        cells += [(_share(row[name]), "n") for name in at_k]
        cells += [(_share(row[f"stage:{s}"]), "n thin" if row[f"stage:{s} n"] < THIN else "n") for s in stages]
        cells += [(f"{row['problems']} of {found.total}", "n")]
        cells += [(_number(row["cost_per_solved"], ".4f"), "n")] if costs else []
        cells += [(_number(row["tokens"], ".0f"), "n"), (escaped(", ".join(row["badges"])), "")]
        rows.append(cells)
    present = [b for b in BADGES if any(b in badges for badges in found.frame["badges"])]
    notes = "".join(f"<br><b>{b}</b> {escaped(BADGES[b])}" for b in present)
    grey = f"Grey: fewer than {THIN} problems. All rates in percent."
    return f'<h2>Board</h2>{_table(head, rows)}<p class="soft">{grey}{notes}</p>'


def _gaps(axes: Sequence[Gaps], colours: dict[str, str]) -> str:
    shown = [m.name for m in axes[0].models if m.complete][:CHARTED] or [m.name for m in axes[0].models][:CHARTED]
    symbols = figures.model_symbols([m.name for m in axes[0].models])
    keys = "".join(
        f'<span class="key"><span style="color:{_colour(m, colours)}">{figures.CHARACTERS[symbols[m.name]]}</span> '
        f"{escaped(short(m.name, 40))}</span>"
        for m in axes[0].models
        if m.name in shown
    )
    drawings = "".join(
        f"<div><h3>{escaped(figures.label_of(a.axis))}</h3>{_dots(a, shown, colours, symbols)}"
        f"<p>{escaped(a.overall.sentence)}</p></div>"
        for a in axes
    )
    head = [("Model", "")]
    for a in axes:
        head += [(f"{figures.label_of(a.axis)} gap, 95%", "n"), ("corrected", "n"), ("p", "n")]
    rows = []
    for number, model in enumerate((*axes[0].models, axes[0].overall)):
        cells: list[tuple[str, str]] = [(escaped(model.name), "")]
        for a in axes:
            gap = (*a.models, a.overall)[number]
            interval = f" [{100 * gap.low:.0f}, {100 * gap.high:.0f}]" if gap.defined else ""
            cells += [(_share(gap.value, 0) + interval, "n"), (_share(gap.corrected, 0), "n")]
            cells += [(_number(gap.p, ".3f"), "n")]
        rows.append(cells)
    return (
        f'<h2>Gaps</h2><p>{keys}</p><div class="axes">{drawings}</div>{_table(head, rows)}'
        f'<p class="soft">In points. Hollow and grey marks: fewer than {THIN} problems.</p>'
    )


def _dots(found: Gaps, shown: Sequence[str], colours: dict[str, str], symbols: dict[str, int]) -> str:
    """A dot with its interval for each group and model; a model's shape is a character, readable without colour."""
    groups = sorted((g for g in found.overall.groups if g.total), key=lambda g: -_or_low(g.estimate.value))
    models = [m for m in found.models if m.name in shown]
    left, width, step = 150, 360, 14
    band = step * max(len(models), 2) + 10
    height = band * len(groups) + 26

    def x(share: float) -> float:
        return round(left + (width - left - 14) * share, 1)

    drawn = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        drawn.append(f'<line class="rule" x1="{x(tick)}" y1="0" x2="{x(tick)}" y2="{height - 22}"/>')
        drawn.append(f'<text class="soft" x="{x(tick)}" y="{height - 6}" text-anchor="middle">{100 * tick:.0f}</text>')
    for place, group in enumerate(groups):
        top = place * band
        drawn.append(f'<text x="0" y="{top + band / 2}">{escaped(short(group.label, 24))}</text>')
        drawn.append(f'<text class="soft" x="0" y="{top + band / 2 + 13}">n = {group.total}</text>')
        for number, model in enumerate(models):
            one = next(g for g in model.groups if g.value == group.value)
            if not one.estimate.defined:
                continue
            e, y = one.estimate, top + 12 + step * number
            colour = figures.GREY if one.thin else _colour(model, colours)
            character = figures.CHARACTERS[symbols[model.name]]
            said = f"{model.name}: {100 * e.value:.0f}% [{100 * e.low:.0f}, {100 * e.high:.0f}], n = {e.n}"
            drawn.append(
                f"<g><title>{escaped(said)}</title>"
                f'<line x1="{x(e.low)}" y1="{y}" x2="{x(e.high)}" y2="{y}" stroke="{colour}" stroke-width="1.5"/>'
                f'<text x="{x(e.value)}" y="{y + 4}" text-anchor="middle" style="fill:{colour}'
                f'{";fill-opacity:0.45" if one.thin else ""}">{character}</text></g>'
            )
    return (
        f'<svg role="img" aria-label="Pass rate by {found.axis}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(drawn)}</svg>'
    )


def _pairs(found: Matrix) -> str:
    if len(found.names) < 2:
        return "<h2>All pairs</h2><p>Fewer than two ranked rows.</p>"
    names = found.names[:MATRIX]
    widest = max((abs(v) for v in found.difference.ravel() if isfinite(v)), default=1.0) or 1.0
    rows = []
    for y, name in enumerate(names):
        cells = []
        for x in range(len(names)):
            value = found.difference[y][x]
            if x == y or not isfinite(value):
                cells.append("<td></td>" if x == y else '<td class="thin">–</td>')
                continue
            tint = "0, 114, 178" if value > 0 else "213, 94, 0"
            words = f"{100 * value:+.0f}"
            said = f"[{100 * found.low[y][x]:.1f}, {100 * found.high[y][x]:.1f}], p = {found.p[y][x]:.3f}, "
            said += f"corrected {found.holm[y][x]:.3f}, n = {int(found.n[y][x])}"
            sure = found.holm[y][x] < 0.05
            cells.append(
                f'<td title="{said}" style="background:rgba({tint}, {0.4 * abs(value) / widest:.2f})">'
                f"{f'<b>{words}</b>' if sure else words}</td>"
            )
        rows.append(f"<tr><th>{y + 1}. {escaped(name)}</th>{''.join(cells)}</tr>")
    top = "".join(f"<th>{x + 1}</th>" for x in range(len(names)))
    left_out = len(found.names) - len(names)
    more = f" The first {MATRIX} of {len(found.names)} rows." if left_out else ""
    table = f'<table class="matrix"><tr><th></th>{top}</tr>{"".join(rows)}</table>'
    return (
        f'<h2>All pairs</h2><div class="wide">{table}</div>'
        '<p class="soft">Row minus column in points, on the problems that both answered. Bold: p below 0.05 after '
        f"Holm’s correction for {len(found.names) * (len(found.names) - 1) // 2} pairs.{more}</p>"
    )


def _runs(store: Store, found: Leaderboard) -> str:
    rows = []
    for row in _records(found):
        for run_id in row["run_ids"]:
            manifest = store.manifest(run_id)
            finished = f"{manifest.finished_at:%Y-%m-%d}" if manifest.finished_at else "–"
            judge = str(manifest.executor.get("name", "–"))
            cells = (f"{run_id}, revision {manifest.revision}", row["name"], manifest.source, judge, finished)
            hashes = f"{manifest.prompt_hash[:12] or '–'} / {manifest.dataset_hash[:12] or '–'}"
            rows.append([(escaped(c), "") for c in (*cells, hashes)])
    names = ("Run", "Model", "Source", "Judged by", "Finished", "Hash of prompt / data set")
    return f"<h2>Runs</h2>{_table([(name, '') for name in names], rows)}"


def _table(head: Sequence[tuple[str, str]], rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    top = "".join(f'<th class="{kind}">{escaped(name)}</th>' for name, kind in head)
    lines = "".join("<tr>" + "".join(f'<td class="{k}">{c}</td>' for c, k in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{top}</tr>{lines}</table></div>'


def _interval(value: float, low: float, high: float, top: float, colour: str) -> str:
    if not isfinite(value):
        return ""
    width, pad, middle = 170, 7, 10

    def x(share: float) -> float:
        return round(pad + (width - 2 * pad) * min(share / top, 1.0), 1)

    ticks = "".join(
        f'<line class="rule" x1="{x(top * i / 4)}" y1="1" x2="{x(top * i / 4)}" y2="{2 * middle - 1}"/>'
        for i in range(5)
    )
    return (
        f'<svg role="img" aria-label="{100 * low:.1f} to {100 * high:.1f}" width="{width}" height="{2 * middle}">'
        f"{ticks}"
        f'<line x1="{x(low)}" y1="{middle}" x2="{x(high)}" y2="{middle}" stroke="{colour}" stroke-width="2"/>'
        f'<circle cx="{x(value)}" cy="{middle}" r="4.5" fill="{colour}"/>'
        f"<title>{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]</title></svg>"
    )


def _records(found: Leaderboard) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in found.frame.to_dict("records")]


def _colour(model: Gap, colours: dict[str, str]) -> str:
    return colours.get(model.entry.model, figures.GREY) if model.entry else figures.GREY


def _share(value: float, digits: int = 1) -> str:
    return _number(100 * value, f".{digits}f")


def _number(value: float, form: str) -> str:
    return format(value, form) if isfinite(value) else "–"


def _or_low(value: float) -> float:
    return value if isfinite(value) else -1.0


def sql(store: Store, filters: Filters) -> str:
    """The statement that gives the board's rows again, to lie beside the page."""
    return lens.sql(store, filters)
