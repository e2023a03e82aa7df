"""Code as HTML with lines marked, for the places where evidence points at one."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 60_000  # characters; a caller shows longer code plain


def marked(code: str, lines: Sequence[int], *, dark: bool = False, height: int = 460, name: str = "Code") -> str:
    """Python code with numbered lines, those of `lines` on a coloured ground; every character is escaped.

    The marks don't rest on colour alone: a bar stands before each marked line.
    """
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer
    from pygments.style import Style
    from pygments.token import Comment, Keyword, Name, Number, String, Token

    ground, ink, quiet, mark = (
        ("#181E26", "#E4E9EE", "#98A3B0", "#57440F") if dark else ("#F7F8FA", "#1B2430", "#6B7280", "#FBE3A8")
    )
    word, text, number, call = (
        ("#6FBCEB", "#F0B040", "#DDA0C4", "#3FC49C") if dark else ("#0067A3", "#8A4B00", "#9C4F80", "#00664D")
    )

    class Plain(Style):  # type: ignore[misc]
        background_color = ground
        highlight_color = mark
        line_number_color = quiet
        styles = {  # noqa: RUF012 - the library's own way
            Token: ink,
            Comment: f"italic {quiet}",
            Keyword: word,
            String: text,
            Number: number,
            Name.Function: call,
            Name.Class: call,
            Name.Builtin: word,
        }

    wanted = [n for n in lines if 0 < n <= code.count("\n") + 1]
    formatter = HtmlFormatter(
        noclasses=True,
        style=Plain,
        linenos="inline",
        hl_lines=wanted,
        nobackground=True,
        prestyles=_PRE + f"color:{ink}",
    )
    body = highlight(code, PythonLexer(stripnl=False, ensurenl=True), formatter)
    said = f"{name}, line {', '.join(map(str, wanted))} marked" if wanted else name
    box = f"background:{ground};border-radius:6px;max-height:{height}px;overflow:auto;padding:0.6rem 0.4rem"
    # The library draws a marked line as a span of that ground; a bar before it says the same without colour.
    bar = f'<span style="background-color: {mark}'  # the code itself can't hold this: its < is escaped
    body = body.replace(bar, f"{bar}; display: block; min-width: max-content; box-shadow: inset 4px 0 0 #E69F00")
    return f'<div role="region" tabindex="0" aria-label="{said}" style="{box}">{body}</div>'


_PRE = "margin:0;font-size:0.8rem;font-family:'Source Code Pro',ui-monospace,monospace;background:transparent;"
