"""What all pictures share: the palette of Okabe & Ito, each model's colour and shape, and how names are written."""

from __future__ import annotations

from collections.abc import Sequence

from deepbench_core.entries import SEPARATOR
from deepbench_core.filters import label
from deepbench_core.taxonomy import Verdict

# Okabe & Ito 2008, jfly.uni-koeln.de/color; yellow darkened and black replaced so that both themes show them.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#6B7280")
# The shape of each model's marks beside its colour, as Plotly calls it and as a character for words.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
CHARACTERS = ("●", "■", "◆", "▲", "✚", "✖", "★", "⬟")
GREY = "#8A94A0"
SEQUENTIAL = ((0.0, "#E3EFF7"), (0.5, "#6CABD1"), (1.0, "#00547F"))
DIVERGING = ((0.0, "#B75000"), (0.3, "#EBA368"), (0.5, "#F1F3F5"), (0.7, "#6CABD1"), (1.0, "#00547F"))
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


def ink(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour (relative luminance of WCAG 2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#111827" if luminance > 0.18 else "#FFFFFF"


def short(name: str, length: int) -> str:
    """A model's name cut in front, where providers stand."""
    return name if len(name) <= length else "…" + name[-(length - 1) :]


def on_two_lines(name: str, length: int) -> str:
    """A row's name for an axis: its model, cut to a length, and below it in small what tells it from others of that."""
    model, _, rest = name.partition(SEPARATOR)
    return plain(short(model, length)) + (f"<br>{small(plain(short(rest, length)))}" if rest else "")


def label_of(axis: str) -> str:
    """Sentence-case name of an axis."""
    return label("", axis).capitalize()


def small(words: str) -> str:
    return f'<span style="font-size:10px">{words}</span>'


def folded(words: str) -> str:
    """A label on two lines where it is long."""
    head, space, tail = words.partition(" and ") if " and " in words else words.rpartition(" ")
    return f"{head}{' and' if ' and ' in words else ''}<br>{tail}" if space and len(words) > 12 else words


def plain(text: str) -> str:
    """Plotly renders a little HTML in labels; a model's name must not."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str) -> str:
    """Text from outside as it may stand in our own HTML, attributes too."""
    return plain(text).replace('"', "&quot;").replace("'", "&#39;")
